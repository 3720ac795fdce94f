import { ActionIcon, Button, Modal, Select } from '@mantine/core';
import { IconLink, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invitation, Role } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { Ago } from '~/ui/ago';
import { Card } from '~/ui/card';
import { CopyButton } from '~/ui/copy';
import tables from '~/ui/table.module.css';
import { TroubleLine } from '~/ui/trouble';
import css from './members.module.css';
import { createInvitation, deleteInvitation, invitationsQuery } from './queries';
import { ROLES } from './roles';

const EXPIRIES = [
  { value: '1', label: 'Tomorrow' },
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
];

/** A link for somebody who has no account yet, or whose name one does not know. */
export function InviteButton({ workspaceId }: { workspaceId: string }) {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [role, setRole] = useState<Role>('operator');
  const [days, setDays] = useState('7');
  const invite = useMutation({
    mutationFn: () => createInvitation(workspaceId, role, Number(days)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations(workspaceId) }),
  });
  const close = () => {
    setOpen(false);
    invite.reset(); // the link is not kept anywhere
  };
  return (
    <>
      <Button
        variant="default"
        onClick={() => setOpen(true)}
        leftSection={<IconLink size={17} aria-hidden />}
      >
        Invite by link
      </Button>
      <Modal opened={open} onClose={close} title="Invite by link">
        {invite.data ? (
          <div className={css.form}>
            <p className={css.about}>
              Give this link to one person: the first person to use it joins. It is not shown again.
            </p>
            <div className={css.line}>
              <code>{invite.data.link}</code>
              <CopyButton text={invite.data.link} label="Copy the link" />
            </div>
            <Button variant="default" onClick={close}>
              Done, I copied it
            </Button>
          </div>
        ) : (
          <form
            className={css.form}
            onSubmit={(event) => {
              event.preventDefault();
              invite.mutate();
            }}
          >
            {invite.isError && <TroubleLine problem={asProblem(invite.error)} />}
            <Select
              label="Role"
              description={ROLES.find((one) => one.value === role)?.about}
              data={ROLES.map((one) => ({ value: one.value, label: one.label }))}
              value={role}
              allowDeselect={false}
              onChange={(value) => value && setRole(value as Role)}
              data-autofocus
            />
            <Select
              label="Expires"
              data={EXPIRIES}
              value={days}
              allowDeselect={false}
              onChange={(value) => value && setDays(value)}
            />
            <Button type="submit" loading={invite.isPending}>
              Make the link
            </Button>
          </form>
        )}
      </Modal>
    </>
  );
}

/** Invitations that are open; nothing when there are none. */
export function OpenInvitations({ workspaceId }: { workspaceId: string }) {
  const client = useQueryClient();
  const invitations = useQuery(invitationsQuery(workspaceId));
  const remove = useMutation({
    mutationFn: (id: string) => deleteInvitation(workspaceId, id),
    onSettled: () => client.invalidateQueries({ queryKey: keys.invitations(workspaceId) }),
  });
  if (invitations.isError) return <TroubleLine problem={asProblem(invitations.error)} />;
  if (!invitations.data || invitations.data.items.length === 0) return null;
  return (
    <Card flush title="Open invitations" label="Open invitations" className={css.below}>
      {remove.isError && <TroubleLine problem={asProblem(remove.error)} />}
      <div className={tables.scroll}>
        <table className={tables.table} data-hover>
          <thead>
            <tr>
              <th>Role</th>
              <th>By</th>
              <th className={tables.number}>Expires</th>
              <th>
                <span className="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {invitations.data.items.map((one) => (
              <Row key={one.id} invitation={one} onDelete={() => remove.mutate(one.id)} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Row({ invitation, onDelete }: { invitation: Invitation; onDelete: () => void }) {
  const role = ROLES.find((one) => one.value === invitation.role)?.label;
  return (
    <tr>
      <td className={tables.middle}>{role}</td>
      <td className={tables.middle}>{invitation.by}</td>
      <td className={`${tables.number} ${tables.middle}`}>
        <Ago at={invitation.expires_at} />
      </td>
      <td className={tables.number}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Take the invitation as ${role} back`}
          onClick={onDelete}
        >
          <IconTrash size={17} />
        </ActionIcon>
      </td>
    </tr>
  );
}
