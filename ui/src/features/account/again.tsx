import { Anchor } from '@mantine/core';
import { asProblem } from '~/api/problem';
import { paths } from '~/paths';
import { Notice } from '~/ui/notice';
import { TroubleLine } from '~/ui/trouble';

/** What went wrong with changing how I sign in; that it was long ago that I did has a way out of its own. */
export function Refusal({ error }: { error: unknown }) {
  const problem = asProblem(error);
  if (problem.code !== 'sign-in-again') return <TroubleLine problem={problem} />;
  return (
    <Notice tone="bad" title="You signed in a while ago">
      How you sign in can be changed in the first minutes after signing in.{' '}
      <Anchor href={paths.signIn(paths.account())}>Sign in again</Anchor>, then come back here.
    </Notice>
  );
}
