import { Menu } from '@mantine/core';
import { IconPlus, IconSelector } from '@tabler/icons-react';
import type { Membership } from '~/api/contract';
import { workspaceName } from '~/api/session';
import { paths } from '~/paths';
import css from './frame.module.css';

/** Which workspace this is, and the way to the others; on the rail, and on phones, which have none, in the top bar. */
export function Switcher({ membership, memberships }: { membership: Membership; memberships: Membership[] }) {
  const { workspace } = membership;
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button type="button" className={css.switch}>
          <span className={css.mark} aria-hidden>
            {workspace.title.charAt(0).toUpperCase()}
          </span>
          <span className={css.switchText}>
            <b>{workspace.title}</b>
            <small>{workspace.organization}</small>
            <span className="unseen">Change the workspace</span>
          </span>
          <IconSelector size={16} aria-hidden color="var(--faint)" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Workspaces</Menu.Label>
        {memberships.map((one) => (
          <Menu.Item
            key={one.workspace.id}
            component="a"
            href={paths.home(workspaceName(one))}
            aria-current={one.workspace.id === workspace.id || undefined}
            fw={one.workspace.id === workspace.id ? 600 : undefined}
          >
            {one.workspace.title}
            <small style={{ display: 'block', color: 'var(--dim)' }}>
              {workspaceName(one)}, {one.role}
            </small>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href={paths.newWorkspace()} leftSection={<IconPlus size={16} />}>
          New workspace
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
