import { useRouter, useSearch } from '@tanstack/react-router';
import { checkedNext } from '~/app/next';
import { SignInPage } from '~/features/sign-in/sign-in-page';

export function SignInRoute() {
  const router = useRouter();
  const { next } = useSearch({ from: '/sign-in' });
  return <SignInPage onSignedIn={() => router.history.push(checkedNext(next))} />;
}
