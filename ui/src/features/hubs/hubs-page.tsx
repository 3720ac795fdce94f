import { Badge, Button, Modal, TextInput } from '@mantine/core';
import { IconLayoutDashboard, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem, troubleOf } from '~/api/problem';
import { may, workspaceName } from '~/api/session';
import { paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { Empty } from '~/ui/empty';
import { PageHead } from '~/ui/page-head';
import tables from '~/ui/table.module.css';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { createHub, hubsQuery } from './queries';

/** The pages of widgets that this workspace has made for itself. */
export function HubsPage({ membership, creating }: { membership: Membership; creating: boolean }) {
  const workspace = workspaceName(membership);
  const hubs = useQuery(hubsQuery(workspace));
  const trouble = troubleOf(hubs);
  const navigate = useNavigate();
  const setMaking = (on: boolean) => void navigate({ href: paths.hubs(workspace, on), replace: true });
  const create = may(membership, 'hub:write') && (
    <Button onClick={() => setMaking(true)} leftSection={<IconPlus size={17} aria-hidden />}>
      New hub
    </Button>
  );
  return (
    <>
      <PageHead
        title="Hubs"
        about="Pages of widgets: what runs, what was learned, what matters to a team."
        actions={create}
      />
      <Card flush label="Hubs">
        {hubs.isPending && <BoneRows label="Loading hubs" rows={3} />}
        {trouble && <Trouble problem={trouble} onRetry={() => hubs.refetch()} />}
        {!trouble && hubs.data?.items.length === 0 && (
          <Empty icon={IconLayoutDashboard} title="No hubs yet" action={create}>
            Put runs, verdicts and notes side by side on one page that keeps itself up to date.
          </Empty>
        )}
        {!trouble && hubs.data && hubs.data.items.length > 0 && (
          <div className={tables.scroll}>
            <table className={tables.table} data-hover>
              <thead>
                <tr>
                  <th>Title</th>
                  <th className={tables.number}>Changed</th>
                </tr>
              </thead>
              <tbody>
                {hubs.data.items.map((hub) => (
                  <tr key={hub.id}>
                    <td>
                      <a className={tables.title} href={paths.hub(workspace, hub.id)}>
                        {hub.title}
                      </a>{' '}
                      {hub.is_default && (
                        <Badge variant="default" size="sm" tt="none" fw={500} c="var(--dim)">
                          home
                        </Badge>
                      )}
                      {hub.description && <div className={tables.dim}>{hub.description}</div>}
                    </td>
                    <td className={tables.number}>
                      <Ago at={hub.updated_at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      <Modal opened={creating} onClose={() => setMaking(false)} title="New hub">
        <NewHub workspace={workspace} />
      </Modal>
    </>
  );
}

function NewHub({ workspace }: { workspace: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const create = useMutation({
    mutationFn: () => createHub(workspace, title.trim()),
    onSuccess: (hub) => {
      client.setQueryData(keys.hub(hub.id), hub);
      void client.invalidateQueries({ queryKey: keys.hubs(workspace) });
      return navigate({ href: paths.hub(workspace, hub.id, true) });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
      style={{ display: 'grid', gap: 14 }}
    >
      {create.isError && <TroubleLine problem={asProblem(create.error)} />}
      <TextInput
        label="Title"
        required
        data-autofocus
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Button type="submit" loading={create.isPending}>
        Create and arrange it
      </Button>
    </form>
  );
}
