import { Menu, useMantineColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import {
  IconCheck,
  IconDeviceDesktop,
  IconKey,
  IconLogout,
  IconMoon,
  IconPlugConnectedX,
  IconSearch,
  IconSun,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answerOf, api } from '~/api/client';
import type { Me, Membership } from '~/api/contract';
import { may, workspaceName } from '~/api/session';
import { tellTabs } from '~/api/tabs';
import { useLiveState } from '~/live/provider';
import { paths } from '~/paths';
import { Keys } from '~/ui/keys';
import { useCrumbs } from './crumbs';
import css from './frame.module.css';
import { Switcher } from './switcher';

const THEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

/** Where I am, the way to everything else, and what is mine. */
export function TopBar({ me, membership }: { me: Me | undefined; membership: Membership | undefined }) {
  const crumbs = useCrumbs();
  return (
    <header className={css.top}>
      {membership && (
        <div className={css.phoneSwitch}>
          <Switcher membership={membership} memberships={me?.workspaces ?? []} />
        </div>
      )}
      <nav aria-label="Breadcrumb" style={{ flex: 1, minWidth: 0 }}>
        <ol className={css.crumbs}>
          {crumbs.map((crumb, index) => (
            <li key={crumb.href}>
              {index === crumbs.length - 1 ? (
                <b aria-current="page">{crumb.label}</b>
              ) : (
                <a href={crumb.href}>{crumb.label}</a>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <Connection />
      <button type="button" className={css.find} onClick={() => spotlight.open()}>
        <IconSearch size={16} aria-hidden />
        <span>Search or run a command</span>
        <Keys combo="mod+K" hidden />
      </button>
      {me && <MyMenu me={me} membership={membership} />}
    </header>
  );
}

/** Says quietly when pages are no longer told at once. */
function Connection() {
  const state = useLiveState();
  const text =
    state === 'away'
      ? 'Not live, the hub does not answer; trying again'
      : state === 'reconnecting'
        ? 'Reconnecting'
        : state === 'polling'
          ? 'Not live, asking every few seconds'
          : '';
  return (
    <span role="status" className={text ? css.quiet : undefined}>
      {text && <IconPlugConnectedX size={15} aria-hidden />}
      {text}
    </span>
  );
}

function MyMenu({ me, membership }: { me: Me; membership: Membership | undefined }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/auth/sign-out')),
    onSettled: async () => {
      tellTabs({ say: 'out' });
      await navigate({ href: paths.signIn() });
      // All but what the sign-in page itself has begun to ask for: cleared, that would never be answered.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'sign-in-options' });
    },
  });
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <button type="button" className={css.me}>
          <span aria-hidden>{me.account.name.slice(0, 2).toUpperCase()}</span>
          <span className="unseen">My menu, {me.account.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Signed in as <strong>{me.account.name}</strong>
          {me.account.admin && ', administrator'}
        </Menu.Label>
        <Menu.Item component="a" href={paths.account()} leftSection={<IconUserCircle size={16} />}>
          Account
        </Menu.Item>
        {membership && may(membership, 'token:manage') && (
          <Menu.Item
            component="a"
            href={paths.tokens(workspaceName(membership))}
            leftSection={<IconKey size={16} />}
          >
            Tokens
          </Menu.Item>
        )}
        {membership && (
          <Menu.Item
            component="a"
            href={paths.members(workspaceName(membership))}
            leftSection={<IconUsers size={16} />}
          >
            Members
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {THEMES.map((theme) => (
          <Menu.Item
            key={theme.value}
            role="menuitemradio"
            aria-checked={colorScheme === theme.value}
            leftSection={<theme.icon size={16} />}
            rightSection={colorScheme === theme.value ? <IconCheck size={15} /> : null}
            onClick={() => setColorScheme(theme.value)}
            closeMenuOnClick={false}
          >
            {theme.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
