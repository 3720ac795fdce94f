import { ActionIcon, Badge, Button, Group, Modal } from '@mantine/core';
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api } from '~/api/client';
import type { CreatedToken, Membership, Token } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem, troubleOf } from '~/api/problem';
import { may, workspaceName } from '~/api/session';
import { wholeOf } from '~/api/whole';
import { paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { Empty } from '~/ui/empty';
import { PageHead } from '~/ui/page-head';
import tables from '~/ui/table.module.css';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { NewTokenForm } from './new-token-form';
import { Secret } from './secret';

const tokensQuery = (workspace: string) =>
  queryOptions({
    queryKey: keys.tokens(workspace),
    queryFn: ({ signal }) =>
      wholeOf((piece) =>
        answerOf(api.GET('/api/v1/tokens', { params: { query: { workspace, ...piece } }, signal })),
      ),
  });

/** API tokens of this workspace: what lets a laptop or a pipeline speak to the hub. */
export function TokensPage({ membership, creating }: { membership: Membership; creating: boolean }) {
  const client = useQueryClient();
  const workspace = workspaceName(membership);
  const tokens = useQuery(tokensQuery(workspace));
  const trouble = troubleOf(tokens);
  const navigate = useNavigate();
  const setMaking = (on: boolean) => void navigate({ href: paths.tokens(workspace, on), replace: true });
  const [made, setMade] = useState<CreatedToken | null>(null);
  const create = may(membership, 'token:manage') && (
    <Button onClick={() => setMaking(true)} leftSection={<IconPlus size={17} aria-hidden />}>
      New token
    </Button>
  );
  return (
    <>
      <PageHead
        title="Tokens"
        about="A token lets a laptop or pipeline send its runs here."
        actions={create}
      />
      {made && <Secret created={made} workspace={workspace} onDone={() => setMade(null)} />}
      <Card flush label="Tokens">
        {tokens.isPending && <BoneRows label="Loading tokens" rows={3} />}
        {trouble && <Trouble problem={trouble} onRetry={() => tokens.refetch()} />}
        {!trouble && tokens.data?.items.length === 0 && (
          <Empty icon={IconKey} title="No tokens yet" action={create}>
            A token is shown once, when it is made. Only a hash is stored.
          </Empty>
        )}
        {!trouble && tokens.data && tokens.data.items.length > 0 && (
          <Table tokens={tokens.data.items} workspace={workspace} />
        )}
      </Card>
      <Modal opened={creating} onClose={() => setMaking(false)} title="New token" size="lg">
        <NewTokenForm
          workspace={workspace}
          scopes={membership.scopes}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            void client.invalidateQueries({ queryKey: keys.tokens(workspace) });
          }}
        />
      </Modal>
    </>
  );
}

function Table({ tokens, workspace }: { tokens: Token[]; workspace: string }) {
  return (
    <div className={tables.scroll}>
      <table className={tables.table} data-hover>
        <thead>
          <tr>
            <th>Name</th>
            <th className={tables.wideOnly}>Permissions</th>
            <th className={tables.number}>Last used</th>
            <th className={`${tables.number} ${tables.wideOnly}`}>Expires</th>
            <th>
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td className={tables.middle}>
                <strong style={{ fontWeight: 550 }}>{token.name}</strong>
                <div className={tables.faint}>
                  <code>{token.hint}</code> by {token.account}
                </div>
              </td>
              <td className={`${tables.middle} ${tables.wideOnly}`} style={{ whiteSpace: 'normal' }}>
                <Group gap={4}>
                  {token.scopes.map((scope) => (
                    <Badge key={scope} variant="default" size="sm" tt="none" fw={500} c="var(--dim)">
                      {scope}
                    </Badge>
                  ))}
                </Group>
              </td>
              <td className={`${tables.number} ${tables.middle}`}>
                {token.last_used_at ? <Ago at={token.last_used_at} /> : 'never'}
              </td>
              <td className={`${tables.number} ${tables.middle} ${tables.wideOnly}`}>
                {token.expires_at ? <Ago at={token.expires_at} /> : 'never'}
              </td>
              <td className={`${tables.number} ${tables.middle}`}>
                <Delete token={token} workspace={workspace} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Delete({ token, workspace }: { token: Token; workspace: string }) {
  const client = useQueryClient();
  const [sure, setSure] = useState(false);
  const remove = useMutation({
    mutationFn: () => answerOf(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => {
      setSure(false);
      return client.invalidateQueries({ queryKey: keys.tokens(workspace) });
    },
  });
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Delete the token ${token.name}`}
        onClick={() => setSure(true)}
      >
        <IconTrash size={17} />
      </ActionIcon>
      <Modal opened={sure} onClose={() => setSure(false)} title={`Delete the token “${token.name}”?`}>
        <p style={{ marginTop: 0 }}>
          Whatever uses it is refused from now on. There is no way back; make a new one instead.
        </p>
        {remove.isError && <TroubleLine problem={asProblem(remove.error)} />}
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
            Delete
          </Button>
        </Group>
      </Modal>
    </>
  );
}
