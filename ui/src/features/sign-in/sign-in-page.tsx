import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { claimIsFresh } from '~/api/claim';
import { answerOf, api } from '~/api/client';
import type { Me } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import mark from '~/app/mark.svg';
import { BoneRows } from '~/ui/bones';
import { Trouble, TroubleLine } from '~/ui/trouble';
import css from './sign-in.module.css';

/** Signing in; on a new hub, making the first administrator with the one-time code instead. */
export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const client = useQueryClient();
  const options = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/auth/options', { signal })),
  });
  const enter = (me: Me) => {
    claimIsFresh();
    client.clear();
    client.setQueryData(keys.me, me);
    onSignedIn();
  };

  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}>
          <img src={mark} alt="" width={40} height={40} />
          <span>ChaosHub</span>
        </div>
        {options.isPending && <BoneRows rows={3} label="Loading" />}
        {options.isError && <Trouble problem={asProblem(options.error)} onRetry={() => options.refetch()} />}
        {options.data?.setup_required === true && <SetupForm onDone={enter} />}
        {options.data?.setup_required === false && <SignInForm onDone={enter} />}
      </div>
      <p className={css.about}>
        Practise chaos engineering together: run experiments, watch them live, keep the proof.
      </p>
    </main>
  );
}

function SignInForm({ onDone }: { onDone: (me: Me) => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/auth/sign-in', { body: { name, password } })),
    onSuccess: onDone,
  });
  return (
    <Form title="Sign in" about="with your account on this hub" onSubmit={() => signIn.mutate()}>
      {signIn.isError && <TroubleLine problem={asProblem(signIn.error)} />}
      <TextInput
        label="Name"
        autoComplete="username"
        autoFocus
        required
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <Button type="submit" fullWidth loading={signIn.isPending}>
        Sign in
      </Button>
    </Form>
  );
}

function SetupForm({ onDone }: { onDone: (me: Me) => void }) {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const setup = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/api/v1/auth/setup', { body: { code: code.trim(), name, password } })),
    onSuccess: onDone,
  });
  return (
    <Form
      title="Welcome"
      about="This hub is new. Make its first administrator."
      onSubmit={() => setup.mutate()}
    >
      {setup.isError && <TroubleLine problem={asProblem(setup.error)} />}
      <TextInput
        label="One-time code"
        description="The hub printed it where it was started."
        autoComplete="one-time-code"
        autoFocus
        required
        value={code}
        onChange={(e) => setCode(e.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
      <TextInput
        label="Name"
        description="Small letters, digits and hyphens."
        autoComplete="username"
        required
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        description="At least 12 characters; a sentence is good."
        autoComplete="new-password"
        required
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <Button type="submit" fullWidth loading={setup.isPending}>
        Create the administrator
      </Button>
    </Form>
  );
}

function Form(props: { title: string; about: string; onSubmit: () => void; children: ReactNode }) {
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <div>
        <h1>{props.title}</h1>
        <p>{props.about}</p>
      </div>
      {props.children}
    </form>
  );
}
