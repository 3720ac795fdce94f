import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ProviderButton } from '~/api/contract';
import { asProblem } from '~/api/problem';
import { beginAt, beginInvited } from '~/api/sign-in';
import { ProviderIcon } from '~/ui/provider-icon';
import { TroubleLine } from '~/ui/trouble';
import css from './sign-in.module.css';

/** A link to each provider, and a line between them and the form that follows. */
export function ProviderButtons({ providers, next }: { providers: ProviderButton[]; next?: string }) {
  return (
    <All
      providers={providers}
      button={(provider) => (
        <Button component="a" href={beginAt(provider.name, next)} {...lookOf(provider)}>
          Continue with {provider.title}
        </Button>
      )}
    />
  );
}

/** The same for who is invited: the secret of the invitation goes along, but not in an address. */
export function InvitedButtons({
  providers,
  next,
  invitation,
}: {
  providers: ProviderButton[];
  next: string;
  invitation: string;
}) {
  const begin = useMutation({
    mutationFn: (provider: string) => beginInvited(provider, next, invitation),
    onSuccess: ({ location: provider }) => location.assign(provider),
  });
  return (
    <>
      {begin.isError && <TroubleLine problem={asProblem(begin.error)} />}
      <All
        providers={providers}
        button={(provider) => (
          <Button
            onClick={() => begin.mutate(provider.name)}
            loading={begin.isPending && begin.variables === provider.name}
            {...lookOf(provider)}
          >
            Continue with {provider.title}
          </Button>
        )}
      />
    </>
  );
}

/** The marks of all stand below each other, and the whole in the middle. */
const IN_LINE = { justifyContent: 'flex-start', minWidth: 186, width: 'fit-content', margin: '0 auto' };

function lookOf(provider: ProviderButton) {
  return {
    variant: 'default',
    fullWidth: true,
    leftSection: <ProviderIcon name={provider.name} />,
    styles: { inner: IN_LINE },
  };
}

function All({
  providers,
  button,
}: {
  providers: ProviderButton[];
  button: (provider: ProviderButton) => ReactNode;
}) {
  if (providers.length === 0) return null;
  return (
    <>
      <ul className={css.providers} aria-label="Ways to sign in">
        {providers.map((provider) => (
          <li key={provider.name}>{button(provider)}</li>
        ))}
      </ul>
      <div className={css.or} aria-hidden>
        or
      </div>
    </>
  );
}
