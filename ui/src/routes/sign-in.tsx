import { useRouter, useSearch } from '@tanstack/react-router';
import { checkedNext } from '~/app/next';
import { SignInPage } from '~/features/sign-in/sign-in-page';

export function SignInRoute() {
  const router = useRouter();
  const { next, problem, provider } = useSearch({ from: '/sign-in' });
  return (
    <SignInPage
      next={next}
      failure={problem ? { code: problem, provider: provider ?? '' } : undefined}
      onSignedIn={() => router.history.push(checkedNext(next))}
    />
  );
}
