import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Me, SignInOptions } from '~/api/contract';
import { asProblem } from '~/api/problem';
import { optionsQuery } from '~/api/sign-in';
import { saidOf } from '~/app/sign-in-words';
import { BoneRows } from '~/ui/bones';
import { Notice } from '~/ui/notice';
import { Trouble } from '~/ui/trouble';
import { Door, DoorTitle } from './door';
import { useEnter } from './enter';
import { SetupForm, SignInForm, SignUpForm } from './forms';
import { ProviderButtons } from './provider-buttons';
import css from './sign-in.module.css';

/** What a way through a provider came to, when it came to nothing. */
export interface Failure {
  code: string;
  provider: string;
}

/** Signing in, by a provider or a password; on a new hub, making the first administrator with the one-time code. */
export function SignInPage({
  next,
  failure,
  onSignedIn,
}: {
  next?: string;
  failure?: Failure;
  onSignedIn: () => void;
}) {
  const options = useQuery(optionsQuery);
  const enter = useEnter(onSignedIn);
  return (
    <Door>
      {options.isPending && <BoneRows rows={3} label="Loading" />}
      {options.isError && <Trouble problem={asProblem(options.error)} onRetry={() => options.refetch()} />}
      {options.data && <Ways options={options.data} next={next} failure={failure} enter={enter} />}
    </Door>
  );
}

function Ways({
  options,
  next,
  failure,
  enter,
}: {
  options: SignInOptions;
  next?: string;
  failure?: Failure;
  enter: (me: Me) => void;
}) {
  const [making, setMaking] = useState(false);
  const provider = options.providers.find((one) => one.name === failure?.provider)?.title ?? 'The provider';
  const said = failure && saidOf(failure.code, provider);
  const notice = said && (
    <Notice tone="bad" title={said.title}>
      {said.detail}
    </Notice>
  );
  if (options.setup_required)
    return (
      <>
        {notice}
        <DoorTitle title="Welcome">Create the first administrator account.</DoorTitle>
        <SetupForm onDone={enter} />
      </>
    );
  if (making)
    return (
      <>
        <DoorTitle title="Create an account">Choose a name and a password.</DoorTitle>
        <SignUpForm onDone={enter} />
        <p className={css.other}>
          <Anchor component="button" type="button" fz="inherit" onClick={() => setMaking(false)}>
            I have an account
          </Anchor>
        </p>
      </>
    );
  return (
    <>
      {notice}
      <DoorTitle title="Sign in">
        {options.providers.length > 0 ? 'to ChaosHub' : 'with your ChaosHub account'}
      </DoorTitle>
      <ProviderButtons providers={options.providers} next={next} />
      <SignInForm onDone={enter} focus={options.providers.length === 0} />
      {options.sign_up === 'open' && (
        <p className={css.other}>
          New here?{' '}
          <Anchor component="button" type="button" fz="inherit" onClick={() => setMaking(true)}>
            Create an account
          </Anchor>
        </p>
      )}
    </>
  );
}
