import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import { experimentQuery, experimentsQuery } from './api/experiments';
import { asProblem } from './api/problem';
import { whenReachable } from './api/reach';
import { eventsQuery, runQuery, runsQuery } from './api/runs';
import { meQuery } from './api/session';
import { BrokenPage, MissingPage } from './app/fallbacks';
import { checkedNext } from './app/next';
import { WaitingPage } from './app/waiting';
import { Frame } from './frame/frame';
import type { ExperimentsSearch, ExperimentTab, RunsSearch } from './paths';

interface Context {
  client: QueryClient;
}

/** A route's component from a chunk of its own, which waits for a hub that is away. */
function page<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(() => whenReachable(load), name);
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: MissingPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } & Back => ({
    next: typeof search.next === 'string' ? checkedNext(search.next) : undefined,
    ...backFrom(search),
  }),
  component: page(() => import('./routes/sign-in'), 'SignInRoute'),
});

/** What somebody comes back with from a provider when it did not work: a code, and which provider. */
interface Back {
  problem?: string;
  provider?: string;
}

function backFrom(search: Record<string, unknown>): Back {
  const word = (value: unknown) =>
    typeof value === 'string' && /^[a-z0-9-]{1,64}$/.test(value) ? value : undefined;
  return { problem: word(search.problem), provider: word(search.provider) };
}

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: page(() => import('./routes/invitation'), 'InvitationRoute'),
});

/** Everything below asks for an account first, and says where to come back to. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (cause) {
      if (asProblem(cause).status === 401)
        throw redirect({ to: '/sign-in', search: { next: location.href } });
      throw cause;
    }
  },
  component: Frame,
});

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: (search): { new?: 'workspace' } => (search.new === 'workspace' ? { new: 'workspace' } : {}),
  component: page(() => import('./routes/start'), 'StartRoute'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  validateSearch: (search): { linked?: string } & Back => ({
    linked: typeof search.linked === 'string' ? search.linked : undefined,
    ...backFrom(search),
  }),
  component: page(() => import('./routes/account'), 'AccountRoute'),
});

const workspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/$org/$workspace',
  component: Outlet,
});

const home = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  component: page(() => import('./routes/home'), 'HomeRoute'),
});

/** `?new=yes` opens the page with its form for a new one. */
function asksForNew(search: Record<string, unknown>): { new?: 'yes' } {
  return search.new === 'yes' ? { new: 'yes' } : {};
}

const hubs = createRoute({
  getParentRoute: () => workspace,
  path: '/hubs',
  validateSearch: asksForNew,
  component: page(() => import('./routes/hubs'), 'HubsRoute'),
});

const hub = createRoute({
  getParentRoute: () => workspace,
  path: '/hubs/$hub',
  validateSearch: (search): { edit?: true } => (search.edit ? { edit: true } : {}),
  component: page(() => import('./routes/hub'), 'HubRoute'),
});

const experiments = createRoute({
  getParentRoute: () => workspace,
  path: '/experiments',
  validateSearch: (search): { q?: string } & ExperimentsSearch => ({
    ...(search.q ? { q: String(search.q) } : {}),
    ...(search.origin === 'hub' || search.origin === 'outside' ? { origin: search.origin } : {}),
    ...(search.archived === 'only' ? { archived: search.archived } : {}),
  }),
  loader: ({ context, params }) => {
    void context.client.prefetchQuery(experimentsQuery(`${params.org}/${params.workspace}`));
  },
  component: page(() => import('./routes/experiments'), 'ExperimentsRoute'),
});

const newExperiment = createRoute({
  getParentRoute: () => workspace,
  path: '/experiments/new',
  component: page(() => import('./routes/new-experiment'), 'NewExperimentRoute'),
});

const TABS: ExperimentTab[] = ['overview', 'edit', 'versions', 'runs'];

const experiment = createRoute({
  getParentRoute: () => workspace,
  path: '/experiments/$experiment',
  validateSearch: (search): { tab?: ExperimentTab; version?: number } => ({
    tab: TABS.find((tab) => tab === search.tab),
    version: Number(search.version) > 0 ? Number(search.version) : undefined,
  }),
  loader: ({ context, params }) => {
    void context.client.prefetchQuery(experimentQuery(params.experiment));
  },
  component: page(() => import('./routes/experiment'), 'ExperimentRoute'),
});

const RUN_ORIGINS = ['hub', 'outside', 'upload'] as const;
const RANGE_NAMES = ['24h', '7d', '30d'] as const;

const runs = createRoute({
  getParentRoute: () => workspace,
  path: '/runs',
  validateSearch: (search): RunsSearch => ({
    state: search.state === 'active' || search.state === 'ended' ? search.state : undefined,
    verdict: typeof search.verdict === 'string' ? search.verdict : undefined,
    origin: RUN_ORIGINS.find((origin) => origin === search.origin),
    within: RANGE_NAMES.find((range) => range === search.within),
    text:
      typeof search.text === 'string' || typeof search.text === 'number' ? String(search.text) : undefined,
    experiment: typeof search.experiment === 'string' ? search.experiment : undefined,
  }),
  loader: ({ context, params }) => {
    void context.client.prefetchInfiniteQuery(runsQuery(`${params.org}/${params.workspace}`));
  },
  component: page(() => import('./routes/runs'), 'RunsRoute'),
});

const startingRun = createRoute({
  getParentRoute: () => workspace,
  path: '/runs/starting/$key',
  validateSearch: (search): { experiment: string } => ({ experiment: String(search.experiment ?? '') }),
  component: page(() => import('./routes/starting-run'), 'StartingRunRoute'),
});

const run = createRoute({
  getParentRoute: () => workspace,
  path: '/runs/$run',
  loader: ({ context, params }) => {
    void context.client.prefetchQuery(runQuery(params.run));
    void context.client.prefetchQuery(eventsQuery(params.run));
  },
  component: page(() => import('./routes/run'), 'RunRoute'),
});

const tokens = createRoute({
  getParentRoute: () => workspace,
  path: '/tokens',
  validateSearch: asksForNew,
  component: page(() => import('./routes/tokens'), 'TokensRoute'),
});

const members = createRoute({
  getParentRoute: () => workspace,
  path: '/members',
  component: page(() => import('./routes/members'), 'MembersRoute'),
});

const routeTree = root.addChildren([
  signIn,
  invitation,
  signedIn.addChildren([
    start,
    account,
    workspace.addChildren([
      home,
      hubs,
      hub,
      experiments,
      newExperiment,
      experiment,
      runs,
      startingRun,
      run,
      tokens,
      members,
    ]),
  ]),
]);

/** The router of the page; tests give a history of their own. */
export function makeRouter(client: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0, // what is fresh is the query cache's business
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultPendingComponent: WaitingPage,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
