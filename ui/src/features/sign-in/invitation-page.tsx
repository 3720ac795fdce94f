import { Anchor, Button } from '@mantine/core';
import { IconMailOff } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '~/api/client';
import type { Invited, Me, SignInOptions } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { meQuery } from '~/api/session';
import { optionsQuery } from '~/api/sign-in';
import { tellTabs } from '~/api/tabs';
import { paths } from '~/paths';
import { BoneRows } from '~/ui/bones';
import { Empty } from '~/ui/empty';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { Door, DoorTitle } from './door';
import { useEnter } from './enter';
import { SignInForm, SignUpForm } from './forms';
import { InvitedButtons } from './provider-buttons';
import css from './sign-in.module.css';

const invitedQuery = (secret: string) =>
  queryOptions({
    queryKey: keys.invited(secret),
    queryFn: ({ signal }) => answerOf(api.POST('/api/v1/auth/invitation', { body: { secret }, signal })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY, // once taken up it is over, and this page leaves anyway
  });

/** What an invitation is to, and the ways to take it up. Its secret stands behind the # of the address. */
export function InvitationPage({ secret, onJoined }: { secret: string; onJoined: (home: string) => void }) {
  const invited = useQuery(invitedQuery(secret));
  const options = useQuery(optionsQuery);
  const me = useQuery({ ...meQuery, retry: false });
  const waits = invited.isPending || options.isPending || me.isPending;
  const failed = invited.error ?? options.error;
  return (
    <Door>
      {waits && !failed && <BoneRows rows={3} label="Loading" />}
      {failed &&
        (asProblem(failed).code === 'invitation-over' ? (
          <Empty
            icon={IconMailOff}
            title="This invitation is over"
            action={
              <Button component="a" href={paths.root()} variant="default">
                Go to the hub
              </Button>
            }
          >
            It was used, taken back, or is too old. Ask whoever sent it for another one.
          </Empty>
        ) : (
          <Trouble
            problem={asProblem(failed)}
            onRetry={() => void Promise.all([invited.refetch(), options.refetch()])}
          />
        ))}
      {!waits && invited.data && options.data && (
        <>
          <DoorTitle title={`Join ${invited.data.title}`}>
            {invited.data.by} invites you to{' '}
            <strong>
              {invited.data.organization}/{invited.data.workspace}
            </strong>{' '}
            as {invited.data.role}.
          </DoorTitle>
          {me.data ? (
            <Join secret={secret} invited={invited.data} me={me.data} onJoined={onJoined} />
          ) : (
            <Come secret={secret} invited={invited.data} options={options.data} onJoined={onJoined} />
          )}
        </>
      )}
    </Door>
  );
}

const homeOf = (invited: Invited) => paths.home(`${invited.organization}/${invited.workspace}`);

function Join({
  secret,
  invited,
  me,
  onJoined,
}: {
  secret: string;
  invited: Invited;
  me: Me;
  onJoined: (home: string) => void;
}) {
  const client = useQueryClient();
  const join = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/auth/invitation/accept', { body: { secret } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.me });
      onJoined(homeOf(invited));
    },
  });
  const leave = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/auth/sign-out')),
    onSuccess: () => {
      tellTabs({ say: 'out' });
      return client.resetQueries({ queryKey: keys.me });
    },
  });
  return (
    <div className={css.form}>
      {join.isError && <TroubleLine problem={asProblem(join.error)} />}
      <Button fullWidth onClick={() => join.mutate()} loading={join.isPending} data-autofocus>
        Join as {me.account.name}
      </Button>
      <p className={css.other}>
        Not {me.account.name}?{' '}
        <Anchor component="button" type="button" fz="inherit" onClick={() => leave.mutate()}>
          Sign out
        </Anchor>
      </p>
    </div>
  );
}

/** For who is not signed in: an account that is there joins by a button afterwards, a new one at once. */
function Come({
  secret,
  invited,
  options,
  onJoined,
}: {
  secret: string;
  invited: Invited;
  options: SignInOptions;
  onJoined: (home: string) => void;
}) {
  const mayMake = options.sign_up === 'open' || options.sign_up === 'invitation';
  const [making, setMaking] = useState(mayMake);
  const stay = useEnter(() => {});
  const join = useEnter(() => onJoined(homeOf(invited)));
  return (
    <>
      <InvitedButtons providers={options.providers} next={homeOf(invited)} invitation={secret} />
      {making ? <SignUpForm onDone={join} invitation={secret} /> : <SignInForm onDone={stay} focus={false} />}
      {mayMake ? (
        <p className={css.other}>
          <Anchor component="button" type="button" fz="inherit" onClick={() => setMaking(!making)}>
            {making ? 'I have an account with a password' : 'I have no account yet'}
          </Anchor>
        </p>
      ) : (
        <p className={css.other}>Only who has an account can join; an administrator makes one.</p>
      )}
    </>
  );
}
