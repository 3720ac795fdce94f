import { useQuery } from '@tanstack/react-query';
import { meQuery } from '~/api/session';
import { optionsQuery } from '~/api/sign-in';
import { saidOf } from '~/app/sign-in-words';
import { Notice } from '~/ui/notice';
import { PageHead } from '~/ui/page-head';
import css from './account.module.css';
import { waysInQuery } from './queries';
import { SessionsCard } from './sessions-card';
import { WaysInCard } from './ways-in-card';

/** What opens my account, and where it is open. `linked` and `failure` are what a way through a provider came to. */
export function AccountPage({
  linked,
  failure,
}: {
  linked?: string;
  failure?: { code: string; provider: string };
}) {
  const me = useQuery(meQuery);
  const options = useQuery(optionsQuery);
  const ways = useQuery(waysInQuery);
  const providers = options.data?.providers ?? [];
  const titleOf = (name?: string) => providers.find((one) => one.name === name)?.title ?? 'The provider';
  const said = failure && saidOf(failure.code, titleOf(failure.provider));
  // The address may say so; the hub knows.
  const isLinked = ways.data?.identities.some((one) => one.provider === linked && one.provider);
  return (
    <>
      <PageHead
        title="Account"
        about={
          <>
            Signed in as <strong>{me.data?.account.name}</strong>
            {me.data?.account.admin && ', administrator of this server'}.
          </>
        }
      />
      <div className={css.cards}>
        {said && (
          <Notice tone="bad" title={said.title}>
            {said.detail}
          </Notice>
        )}
        {isLinked && (
          <Notice tone="good" title={`${titleOf(linked)} is linked`}>
            You can sign in with it from now on.
          </Notice>
        )}
        <WaysInCard name={me.data?.account.name ?? ''} providers={providers} />
        <SessionsCard />
      </div>
    </>
  );
}
