import { ActionIcon, Badge, Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account, Member, Membership, Role } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem, troubleOf } from '~/api/problem';
import { may } from '~/api/session';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { PageHead } from '~/ui/page-head';
import tables from '~/ui/table.module.css';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { InviteButton, OpenInvitations } from './invitations';
import { NewAccountButton } from './new-account';
import { membersQuery, putMember, removeMember } from './queries';
import { ROLES } from './roles';

/** Who may do what in this workspace. */
export function MembersPage({
  membership,
  account,
}: {
  membership: Membership;
  account: Account | undefined;
}) {
  const { id, title } = membership.workspace;
  const members = useQuery(membersQuery(id));
  const trouble = troubleOf(members);
  const mayChange = may(membership, 'workspace:admin');
  return (
    <>
      <PageHead
        title="Members"
        about={`Who works in ${title}, and what each role may do.`}
        actions={
          <>
            {account?.admin && <NewAccountButton />}
            {mayChange && <InviteButton workspaceId={id} />}
            {mayChange && <AddMember workspaceId={id} />}
          </>
        }
      />
      <Card flush label="Members">
        {members.isPending && <BoneRows label="Loading members" rows={3} />}
        {trouble && <Trouble problem={trouble} onRetry={() => members.refetch()} />}
        {!trouble && members.data && (
          <div className={tables.scroll}>
            <table className={tables.table} data-hover>
              <thead>
                <tr>
                  <th>Account</th>
                  <th>Role</th>
                  <th className={tables.wideOnly}>Granted at</th>
                  <th className={`${tables.number} ${tables.wideOnly}`}>Since</th>
                  {mayChange && (
                    <th>
                      <span className="unseen">Actions</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {members.data.items.map((member) => (
                  <Row
                    key={`${member.account.id}-${member.given_on}`}
                    member={member}
                    workspaceId={id}
                    mayChange={mayChange}
                    me={account?.id === member.account.id}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      {mayChange && <OpenInvitations workspaceId={id} />}
    </>
  );
}

function Row({
  member,
  workspaceId,
  mayChange,
  me,
}: {
  member: Member;
  workspaceId: string;
  mayChange: boolean;
  me: boolean;
}) {
  const client = useQueryClient();
  const [leaving, setLeaving] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: keys.members(workspaceId) });
  const change = useMutation({
    mutationFn: (role: Role) => putMember(workspaceId, member.account.name, role),
    onSettled: refresh,
    onError: (cause) =>
      notifications.show({ color: 'red', title: asProblem(cause).title, message: asProblem(cause).detail }),
  });
  const remove = useMutation({
    mutationFn: () => removeMember(workspaceId, member.account.name),
    onSuccess: () => {
      setLeaving(false);
      return refresh();
    },
  });
  const here = member.given_on === 'workspace';
  return (
    <tr>
      <td className={tables.middle}>
        <strong style={{ fontWeight: 550 }}>{member.account.name}</strong>{' '}
        {me && <span className={tables.faint}>you</span>}{' '}
        {member.account.admin && (
          <Badge variant="default" size="sm" tt="none" fw={500}>
            administrator
          </Badge>
        )}
      </td>
      <td className={tables.middle}>
        {mayChange && here ? (
          <Select
            aria-label={`Role of ${member.account.name}`}
            data={ROLES.map((role) => ({ value: role.value, label: role.label }))}
            value={member.role}
            allowDeselect={false}
            onChange={(role) => role && change.mutate(role as Role)}
            disabled={change.isPending}
            w={140}
            size="xs"
          />
        ) : (
          ROLES.find((role) => role.value === member.role)?.label
        )}
      </td>
      <td className={`${tables.dim} ${tables.middle} ${tables.wideOnly}`}>
        {here ? 'this workspace' : 'the organization'}
      </td>
      <td className={`${tables.number} ${tables.middle} ${tables.wideOnly}`}>
        <Ago at={member.since} />
      </td>
      {mayChange && (
        <td className={tables.number}>
          {here && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${member.account.name}`}
              onClick={() => setLeaving(true)}
            >
              <IconTrash size={17} />
            </ActionIcon>
          )}
          <Modal opened={leaving} onClose={() => setLeaving(false)} title={`Remove ${member.account.name}?`}>
            <p style={{ marginTop: 0 }}>
              They lose access to this workspace within seconds. What they wrote and ran stays.
            </p>
            {remove.isError && <TroubleLine problem={asProblem(remove.error)} />}
            <Group justify="flex-end" gap={8} mt="md">
              <Button variant="default" onClick={() => setLeaving(false)} data-autofocus>
                Keep
              </Button>
              <Button
                color="red.8"
                autoContrast={false}
                onClick={() => remove.mutate()}
                loading={remove.isPending}
              >
                Remove
              </Button>
            </Group>
          </Modal>
        </td>
      )}
    </tr>
  );
}

function AddMember({ workspaceId }: { workspaceId: string }) {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const add = useMutation({
    mutationFn: () => putMember(workspaceId, name.trim(), role),
    onSuccess: () => {
      setOpen(false);
      setName('');
      return client.invalidateQueries({ queryKey: keys.members(workspaceId) });
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)} leftSection={<IconUserPlus size={17} aria-hidden />}>
        Add a member
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Add a member">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
          style={{ display: 'grid', gap: 14 }}
        >
          {add.isError && <TroubleLine problem={asProblem(add.error)} />}
          <TextInput
            label="Account name"
            required
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Role"
            description={ROLES.find((one) => one.value === role)?.about}
            data={ROLES.map((one) => ({ value: one.value, label: one.label }))}
            value={role}
            allowDeselect={false}
            onChange={(value) => value && setRole(value as Role)}
          />
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </form>
      </Modal>
    </>
  );
}
