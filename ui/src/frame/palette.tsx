import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconFlask,
  IconHandStop,
  IconHome,
  IconKey,
  IconLayoutDashboard,
  IconPlayerPlay,
  IconPlayerPlayFilled,
  IconPlus,
  IconSearch,
  IconUpload,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExperimentSummary, Membership, RunSummary } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import { asProblem } from '~/api/problem';
import { isActive, runsQuery, stopRun } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { pressRun, startingQuery } from '~/api/starting';
import { useJournalUpload } from '~/app/journal-upload';
import { paths } from '~/paths';
import { lookOf } from '~/ui/verdict';

const MOST = 7; // of each kind, so that all kinds stay in sight

/** Ctrl/Cmd-K: go to, run, stop, create, without leaving the keyboard. */
export function Palette({ membership }: { membership: Membership | undefined }) {
  const [query, setQuery] = useState('');
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      attributes={{ content: { 'aria-label': 'Search or run a command' } }}
      maxHeight={460}
      scrollable
      radius="lg"
      size="lg"
    >
      <Spotlight.Search
        placeholder="Go to, run, stop, create…"
        leftSection={<IconSearch size={18} />}
        aria-label="Search or run a command"
      />
      <Spotlight.ActionsList>
        {membership && <Found membership={membership} query={query} />}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Found({ membership, query }: { membership: Membership; query: string }) {
  const workspace = workspaceName(membership);
  const [asked] = useDebouncedValue(query.trim().replace(/^run\s+/i, ''), 120);
  const experiments = useQuery(experimentsQuery(workspace, asked, { archived: 'include' }));
  const runs = useInfiniteQuery(runsQuery(workspace));
  const act = useActs(membership);
  const found = experiments.data?.items ?? [];
  // What is archived is found, after everything else.
  const items = [...found].sort((a, b) => Number(a.archived) - Number(b.archived));
  const runnable = items.filter((one) => !one.archived && one.origin === 'hub');
  const all = runs.data?.pages.flatMap((page) => page.items) ?? [];

  const groups: SpotlightActionGroupData[] = [
    { group: 'Running now', actions: may(membership, 'run:stop') ? all.filter(isActive).map(act.stop) : [] },
    { group: 'Run', actions: query && may(membership, 'run:start') ? runnable.map(act.run) : [] },
    { group: 'Experiments', actions: items.map(act.open) },
    { group: 'Runs', actions: all.map(act.watch) },
    { group: 'Go to', actions: act.places },
    { group: 'Create', actions: act.creations },
  ];
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (action: SpotlightActionData) =>
    words.every((word) => `${action.label} ${action.description}`.toLowerCase().includes(word));
  const shown = groups
    .map((group) => ({ ...group, actions: group.actions.filter(fits).slice(0, MOST) }))
    .filter((group) => group.actions.length > 0);
  if (shown.length === 0) return <Spotlight.Empty>Nothing is called “{query}”</Spotlight.Empty>;
  return shown.map((group) => (
    <Spotlight.ActionsGroup key={group.group} label={group.group}>
      {group.actions.map((action) => (
        <Spotlight.Action key={action.id} {...action} />
      ))}
    </Spotlight.ActionsGroup>
  ));
}

/** One line of the palette; the whole title stands on the page. */
function short(title: string): string {
  return title.length > 64 ? `${title.slice(0, 64)}…` : title;
}

function useActs(membership: Membership) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const workspace = workspaceName(membership);
  const journal = useJournalUpload(workspace);
  const go = (href: string) => () => void navigate({ href });
  const stop = async (run: RunSummary) => {
    try {
      await stopRun(run.id, 'graceful');
      notifications.show({ message: `Asked run ${run.number} to stop.` });
    } catch (cause) {
      notifications.show({ color: 'red', title: 'It was not stopped', message: asProblem(cause).message });
    }
  };
  const icon = { size: 18, stroke: 1.7 };
  return {
    stop: (run: RunSummary): SpotlightActionData => ({
      id: `stop-${run.id}`,
      label: `Stop ${short(run.title)}`,
      description: `Run ${run.number}`,
      leftSection: <IconHandStop {...icon} color="var(--bad)" />,
      onClick: () => void stop(run),
    }),
    run: (one: ExperimentSummary): SpotlightActionData => ({
      id: `run-${one.id}`,
      label: `Run ${short(one.title)}`,
      leftSection: <IconPlayerPlayFilled size={16} color="var(--accent)" />,
      onClick: () => {
        const key = pressRun({ experiment: one.id, rollback_strategy: 'always' });
        void client.prefetchQuery(startingQuery(key));
        void navigate({ href: paths.startingRun(workspace, key, one.id) });
      },
    }),
    open: (one: ExperimentSummary): SpotlightActionData => ({
      id: one.id,
      label: short(one.title),
      description: [
        one.archived ? 'archived' : '',
        one.origin === 'outside' ? 'from outside' : '',
        ...one.tags,
      ]
        .filter(Boolean)
        .join(', '),
      leftSection: <IconFlask {...icon} />,
      onClick: go(paths.experiment(workspace, one.id)),
    }),
    watch: (run: RunSummary): SpotlightActionData => {
      const look = lookOf(run);
      return {
        id: `go-${run.id}`,
        label: `Run ${run.number}, ${look.word.toLowerCase()}`,
        description: short(run.title),
        leftSection: <look.shape {...icon} />,
        onClick: go(paths.run(workspace, run.id)),
      };
    },
    places: [
      { id: 'home', label: 'Home', leftSection: <IconHome {...icon} />, onClick: go(paths.home(workspace)) },
      {
        id: 'hubs',
        label: 'Hubs',
        leftSection: <IconLayoutDashboard {...icon} />,
        onClick: go(paths.hubs(workspace)),
      },
      {
        id: 'experiments',
        label: 'Experiments',
        leftSection: <IconFlask {...icon} />,
        onClick: go(paths.experiments(workspace)),
      },
      {
        id: 'runs',
        label: 'Runs',
        leftSection: <IconPlayerPlay {...icon} />,
        onClick: go(paths.runs(workspace)),
      },
      {
        id: 'tokens',
        label: 'Tokens',
        leftSection: <IconKey {...icon} />,
        onClick: go(paths.tokens(workspace)),
      },
      {
        id: 'members',
        label: 'Members',
        leftSection: <IconUsers {...icon} />,
        onClick: go(paths.members(workspace)),
      },
      {
        id: 'account',
        label: 'Account',
        description: 'Sign-in methods, and where you are signed in',
        leftSection: <IconUserCircle {...icon} />,
        onClick: go(paths.account()),
      },
    ] satisfies SpotlightActionData[],
    creations: [
      ...(may(membership, 'experiment:write')
        ? [
            {
              id: 'new-experiment',
              label: 'New experiment',
              leftSection: <IconPlus {...icon} />,
              onClick: go(paths.newExperiment(workspace)),
            },
          ]
        : []),
      ...(may(membership, 'hub:write')
        ? [
            {
              id: 'new-hub',
              label: 'New hub',
              leftSection: <IconPlus {...icon} />,
              onClick: go(paths.hubs(workspace, true)),
            },
          ]
        : []),
      ...(may(membership, 'run:ingest')
        ? [
            {
              id: 'upload-journal',
              label: 'Upload journal',
              description: 'A run from a journal.json that chaos run left',
              leftSection: <IconUpload {...icon} />,
              onClick: journal.choose,
            },
          ]
        : []),
      ...(may(membership, 'token:manage')
        ? [
            {
              id: 'new-token',
              label: 'New token',
              leftSection: <IconPlus {...icon} />,
              onClick: go(paths.tokens(workspace, true)),
            },
          ]
        : []),
    ] satisfies SpotlightActionData[],
  };
}
