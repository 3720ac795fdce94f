import { Button, Group, Modal } from '@mantine/core';
import { IconPassword } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Identity, ProviderButton } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { ProviderIcon } from '~/ui/provider-icon';
import { Trouble } from '~/ui/trouble';
import css from './account.module.css';
import { Refusal } from './again';
import { PasswordButton } from './password-button';
import { beginLink, unlink, waysInQuery } from './queries';

/** Everything that opens my account; more can be linked, and all but the last unlinked. */
export function WaysInCard({ name, providers }: { name: string; providers: ProviderButton[] }) {
  const ways = useQuery(waysInQuery);
  const identities = ways.data?.identities ?? [];
  const missing = providers.filter((one) => !identities.some((identity) => identity.provider === one.name));
  return (
    <Card flush title="Sign-in methods" label="Sign-in methods">
      {ways.isPending && <BoneRows label="Loading the sign-in methods" rows={2} />}
      {ways.isError && <Trouble problem={asProblem(ways.error)} onRetry={() => ways.refetch()} />}
      {ways.data && (
        <ul className={css.ways} aria-label="Sign-in methods">
          {ways.data.password && (
            <li>
              <span className={css.mark}>
                <IconPassword size={18} stroke={1.7} aria-hidden />
              </span>
              <div className={css.what}>
                <strong>Password</strong>
                <span>with the name of your account</span>
              </div>
              <PasswordButton has name={name} />
            </li>
          )}
          {identities.map((identity) => (
            <li key={identity.id}>
              <span className={css.mark}>
                <ProviderIcon name={identity.provider} />
              </span>
              <div className={css.what}>
                <strong>{identity.title}</strong> {identity.label}
                <span>
                  {identity.provider ? (
                    <>
                      last used <Ago at={identity.used_at} />
                    </>
                  ) : (
                    'this hub does not ask it any more'
                  )}
                </span>
              </div>
              <Unlink identity={identity} />
            </li>
          ))}
        </ul>
      )}
      {ways.data && (missing.length > 0 || !ways.data.password) && (
        <More providers={missing}>{!ways.data.password && <PasswordButton has={false} name={name} />}</More>
      )}
    </Card>
  );
}

/** What could open my account, too. */
function More({ providers, children }: { providers: ProviderButton[]; children: ReactNode }) {
  const link = useMutation({
    mutationFn: beginLink,
    onSuccess: ({ location: provider }) => location.assign(provider),
  });
  return (
    <div className={css.link}>
      <p>
        {providers.length > 0
          ? 'Link an account that you have elsewhere, to sign in with it too.'
          : 'Set a password, to sign in without a provider too.'}
      </p>
      {link.isError && <Refusal error={link.error} />}
      {providers.map((one) => (
        <Button
          key={one.name}
          variant="default"
          leftSection={<ProviderIcon name={one.name} />}
          onClick={() => link.mutate(one.name)}
          loading={link.isPending && link.variables === one.name}
        >
          Link {one.title}
        </Button>
      ))}
      {children}
    </div>
  );
}

function Unlink({ identity }: { identity: Identity }) {
  const client = useQueryClient();
  const [sure, setSure] = useState(false);
  const remove = useMutation({
    mutationFn: () => unlink(identity.id),
    onSuccess: () => {
      setSure(false);
      return client.invalidateQueries({ queryKey: keys.waysIn });
    },
  });
  return (
    <>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setSure(true)}>
        Unlink<span className="unseen"> {identity.title}</span>
      </Button>
      <Modal
        opened={sure}
        onClose={() => {
          setSure(false);
          remove.reset();
        }}
        title={`Unlink ${identity.title}?`}
      >
        <p style={{ marginTop: 0 }}>
          {identity.label} opens this account no longer. Where you are signed in already, you stay so.
        </p>
        {remove.isError && <Refusal error={remove.error} />}
        <Group justify="flex-end" gap={8} mt="md">
          <Button variant="default" onClick={() => setSure(false)} data-autofocus>
            Keep it
          </Button>
          <Button
            color="red.8"
            autoContrast={false}
            onClick={() => remove.mutate()}
            loading={remove.isPending}
          >
            Unlink
          </Button>
        </Group>
      </Modal>
    </>
  );
}
