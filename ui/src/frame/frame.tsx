import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { whenReachable } from '~/api/reach';
import { membershipIn, meQuery, workspaceName } from '~/api/session';
import { tellTabs } from '~/api/tabs';
import { MissingPage } from '~/app/fallbacks';
import { lastWorkspace, rememberWorkspace, useMembershipIfAny, useWorkspaceName } from '~/app/place';
import { useTopic } from '~/live/provider';
import { BonePage } from '~/ui/bones';
import css from './frame.module.css';
import { useKeyboard } from './keyboard';
import { LiveStrip } from './live-strip';
import { Rail } from './rail';
import { TopBar } from './top-bar';

const Palette = lazy(() =>
  whenReachable(() => import('./palette')).then((module) => ({ default: module.Palette })),
);
const Shortcuts = lazy(() =>
  whenReachable(() => import('./shortcuts')).then((module) => ({ default: module.Shortcuts })),
);

const NARROW = 'chaoshub-narrow-rail';

/** What stands around every page of a signed-in person. */
export function Frame() {
  const me = useQuery(meQuery);
  const name = useWorkspaceName();
  const here = useMembershipIfAny();
  // Pages outside of any workspace keep the frame of the last one.
  const membership = here ?? (name === '' ? membershipIn(me.data, lastWorkspace() ?? '') : undefined);
  const [narrow, setNarrow] = useState(() => localStorage.getItem(NARROW) === 'yes');
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  useTopic(membership ? `workspace:${membership.workspace.id}` : null);
  useFocusOnMove(main);
  useKeyboard(membership ? workspaceName(membership) : '', () => setHelp(true));
  const account = me.data?.account.id;
  useEffect(() => {
    if (account) tellTabs({ say: 'in', account });
  }, [account]);
  useEffect(() => {
    if (here) rememberWorkspace(name);
  }, [here, name]);

  const fold = () => {
    localStorage.setItem(NARROW, narrow ? 'no' : 'yes');
    setNarrow(!narrow);
  };
  return (
    <div className={css.frame} data-narrow={narrow || undefined} data-bare={!membership || undefined}>
      <a className={`${css.skip} unseen`} href="#main">
        Skip to the page
      </a>
      {membership && (
        <Rail membership={membership} memberships={me.data?.workspaces ?? []} narrow={narrow} onFold={fold} />
      )}
      <div className={css.side}>
        <TopBar me={me.data} membership={membership} />
        {membership && <LiveStrip membership={membership} />}
        <main id="main" ref={main} tabIndex={-1} className={css.main}>
          {me.isPending && <BonePage label="Loading" />}
          {me.data && (name === '' || membership ? <Outlet /> : <MissingPage />)}
        </main>
      </div>
      <Suspense>
        <Palette membership={membership} />
        <Shortcuts open={help} onClose={() => setHelp(false)} />
      </Suspense>
    </div>
  );
}

/** Moving to another page puts the keyboard at its beginning, as a fresh page would. */
function useFocusOnMove(main: React.RefObject<HTMLElement | null>) {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef<string | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the page changes
  useEffect(() => {
    const moved = before.current !== undefined && before.current !== path;
    before.current = path;
    if (!moved) return; // a page that was just loaded begins where every page does
    const focused = document.activeElement;
    if (!main.current?.contains(focused)) main.current?.focus({ preventScroll: true });
  }, [path]);
}
