import { Button } from '@mantine/core';
import type { ProviderButton } from '~/api/contract';
import { beginAt } from '~/api/sign-in';
import { ProviderIcon } from '~/ui/provider-icon';
import css from './sign-in.module.css';

/** A button for each provider, and a line between them and the form that follows. */
export function ProviderButtons({
  providers,
  next,
  invitation,
}: {
  providers: ProviderButton[];
  next?: string;
  invitation?: string;
}) {
  if (providers.length === 0) return null;
  return (
    <>
      <ul className={css.providers} aria-label="Ways to sign in">
        {providers.map((provider) => (
          <li key={provider.name}>
            <Button
              component="a"
              href={beginAt(provider.name, { next, invitation })}
              variant="default"
              fullWidth
              leftSection={<ProviderIcon name={provider.name} />}
            >
              Continue with {provider.title}
            </Button>
          </li>
        ))}
      </ul>
      <div className={css.or} aria-hidden>
        or
      </div>
    </>
  );
}
