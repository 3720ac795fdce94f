// Every address of the interface is made here, and nowhere else.

import type { RunFilter } from '~/api/keys';

export type RunsSearch = RunFilter;
export interface ExperimentsSearch {
  origin?: 'hub' | 'outside';
  archived?: 'only';
}
export type ExperimentTab = 'overview' | 'edit' | 'versions' | 'runs';

const within = (workspace: string, rest: string) =>
  `/${workspace.split('/').map(encodeURIComponent).join('/')}${rest}`;

export const paths = {
  root: () => '/',
  signIn: (next?: string) => `/sign-in${query({ next })}`,
  account: () => '/account',
  home: (workspace: string) => within(workspace, ''),
  newWorkspace: () => '/?new=workspace',
  hubs: (workspace: string, create = false) =>
    within(workspace, `/hubs${query({ new: create ? 'yes' : undefined })}`),
  hub: (workspace: string, id: string, edit = false) =>
    within(workspace, `/hubs/${id}${query({ edit: edit ? 'true' : undefined })}`),
  experiments: (workspace: string, q?: string, search: ExperimentsSearch = {}) =>
    within(workspace, `/experiments${query({ q, ...search })}`),
  newExperiment: (workspace: string) => within(workspace, '/experiments/new'),
  experiment: (workspace: string, id: string, tab?: ExperimentTab) =>
    within(workspace, `/experiments/${id}${query({ tab: tab === 'overview' ? undefined : tab })}`),
  version: (workspace: string, id: string, n: number) =>
    within(workspace, `/experiments/${id}${query({ tab: 'versions', version: String(n) })}`),
  runs: (workspace: string, search: RunsSearch = {}) => within(workspace, `/runs${query({ ...search })}`),
  run: (workspace: string, id: string) => within(workspace, `/runs/${id}`),
  startingRun: (workspace: string, key: string, experiment: string) =>
    within(workspace, `/runs/starting/${key}${query({ experiment })}`),
  tokens: (workspace: string, create = false) =>
    within(workspace, `/tokens${query({ new: create ? 'yes' : undefined })}`),
  members: (workspace: string) => within(workspace, '/members'),
};

function query(search: Record<string, string | undefined>): string {
  const set = Object.entries(search).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}
