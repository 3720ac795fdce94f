import { Tooltip } from '@mantine/core';
import {
  IconChevronsLeft,
  IconChevronsRight,
  IconFlask,
  IconHome,
  IconKey,
  IconLayoutDashboard,
  IconPlayerPlay,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import type { Membership } from '~/api/contract';
import { isActive, runsQuery } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { paths } from '~/paths';
import css from './frame.module.css';
import { Switcher } from './switcher';

interface Item {
  href: string;
  label: string;
  icon: TablerIcon;
  badge?: string;
  exact?: boolean;
  phone?: boolean;
}

interface Props {
  membership: Membership;
  memberships: Membership[];
  narrow: boolean;
  onFold: () => void;
}

/** Only what exists, and of that only what one may see. On phones the first four are a bar at the bottom. */
export function Rail({ membership, memberships, narrow, onFold }: Props) {
  const workspace = workspaceName(membership);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const runs = useInfiniteQuery(runsQuery(workspace));
  const active = runs.data?.pages.flatMap((page) => page.items).filter(isActive).length ?? 0;
  const items: Item[] = [
    { href: paths.home(workspace), label: 'Home', icon: IconHome, exact: true },
    { href: paths.hubs(workspace), label: 'Hubs', icon: IconLayoutDashboard },
    { href: paths.experiments(workspace), label: 'Experiments', icon: IconFlask },
    {
      href: paths.runs(workspace),
      label: 'Runs',
      icon: IconPlayerPlay,
      badge: active > 0 ? `${active} live` : undefined,
    },
  ];
  const below: Item[] = [
    ...(may(membership, 'token:manage')
      ? [{ href: paths.tokens(workspace), label: 'Tokens', icon: IconKey }]
      : []),
    { href: paths.members(workspace), label: 'Members', icon: IconUsers },
  ];
  const link = (item: Item) => {
    const here = item.exact
      ? path.replace(/\/$/, '') === item.href
      : path === item.href || path.startsWith(`${item.href}/`);
    return (
      <Tooltip key={item.href} label={item.label} position="right" disabled={!narrow}>
        <a className={css.nav} href={item.href} aria-current={here ? 'page' : undefined}>
          <item.icon size={18} stroke={1.7} aria-hidden />
          <span>{item.label}</span>
          {item.badge && <i data-live>{item.badge}</i>}
        </a>
      </Tooltip>
    );
  };
  return (
    <>
      <nav className={css.rail} aria-label="Workspace">
        <Switcher membership={membership} memberships={memberships} />
        {items.map(link)}
        <span className={css.gap} />
        {below.map(link)}
        <button
          type="button"
          className={css.nav}
          onClick={onFold}
          aria-label={narrow ? 'Expand the menu' : 'Collapse the menu'}
          aria-expanded={!narrow}
        >
          {narrow ? (
            <IconChevronsRight size={18} stroke={1.7} aria-hidden />
          ) : (
            <IconChevronsLeft size={18} stroke={1.7} aria-hidden />
          )}
          <span>Collapse</span>
        </button>
      </nav>
      <nav className={css.bottom} aria-label="Workspace, for phones">
        {items.map(link)}
      </nav>
    </>
  );
}
