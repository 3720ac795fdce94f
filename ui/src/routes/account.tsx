import { useSearch } from '@tanstack/react-router';
import { AccountPage } from '~/features/account/account-page';

export function AccountRoute() {
  const { linked, problem, provider } = useSearch({ from: '/signed-in/account' });
  return (
    <AccountPage
      linked={linked}
      failure={problem ? { code: problem, provider: provider ?? '' } : undefined}
    />
  );
}
