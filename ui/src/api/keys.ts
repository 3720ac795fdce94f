// Every key of the query cache, because the live stream writes into what the pages read.

export const keys = {
  me: ['me'] as const,
  signInOptions: ['sign-in-options'] as const,
  sessions: ['sessions'] as const,
  waysIn: ['ways-in'] as const,
  invitations: (workspace: string) => ['invitations', workspace] as const,
  invited: (secret: string) => ['invited', secret] as const,
  experiments: (workspace: string, q = '', filter: ExperimentFilter = {}) =>
    ['experiments', workspace, q, filter] as const,
  experiment: (id: string) => ['experiment', id] as const,
  versions: (id: string) => ['experiment', id, 'versions'] as const,
  version: (id: string, n: number) => ['experiment', id, 'versions', n] as const,
  runs: (workspace: string, filter: RunFilter = {}) => ['runs', workspace, filter] as const,
  run: (id: string) => ['run', id] as const,
  events: (id: string) => ['run', id, 'events'] as const,
  journal: (id: string) => ['run', id, 'journal'] as const,
  log: (id: string) => ['run', id, 'log'] as const,
  hubs: (workspace: string) => ['hubs', workspace] as const,
  hub: (id: string) => ['hub', id] as const,
  widgetKinds: ['widget-kinds'] as const,
  tokens: (workspace: string) => ['tokens', workspace] as const,
  members: (workspace: string) => ['members', workspace] as const,
  organizations: ['organizations'] as const,
};

/** What a list of experiments is narrowed to, besides its words. */
export interface ExperimentFilter {
  origin?: 'hub' | 'outside';
  archived?: 'include' | 'only';
}

/** What a list of runs is narrowed to; part of the address, part of the key. */
export interface RunFilter {
  experiment?: string;
  state?: 'active' | 'ended';
  /** Verdicts, separated by commas. */
  verdict?: string;
  origin?: 'hub' | 'outside' | 'upload';
  /** Started not longer ago than this. */
  within?: Range;
  /** In the title or the sentence; `#42` is a number. */
  text?: string;
}

/** Ranges of time that a list of runs is narrowed to, in milliseconds. */
export const RANGES = { '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 } as const;

type Range = keyof typeof RANGES;
