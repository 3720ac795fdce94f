import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useParams, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { Experiment, Hub, Run } from '~/api/contract';
import { keys } from '~/api/keys';
import { useWorkspaceName } from '~/app/place';
import { paths } from '~/paths';

export interface Crumb {
  href: string;
  label: string;
}

/** Where I am, from the address and from what the page has already read; the tab's title says the same. */
export function useCrumbs(): Crumb[] {
  const workspace = useWorkspaceName();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const ids = useParams({ strict: false });
  const experimentId = ids.experiment;
  // Only what is in the cache: the page itself asks for it.
  const run = useCached<Run>(keys.run(ids.run ?? ''));
  const experiment = useCached<Experiment>(keys.experiment(experimentId ?? ''));
  const hub = useCached<Hub>(keys.hub(ids.hub ?? ''));
  const outside = [{ href: paths.root(), label: 'ChaosHub' }];
  if (path === paths.account()) outside.push({ href: path, label: 'Account' });
  const crumbs = workspace ? crumbsOf() : outside;

  const title = crumbs.map((crumb) => crumb.label).reverse();
  useEffect(() => {
    document.title = [...title, 'ChaosHub']
      .filter((word, index, all) => all.indexOf(word) === index)
      .join(' · ');
  });
  return crumbs;

  function crumbsOf(): Crumb[] {
    const section = path.split('/')[3] ?? '';
    const experiments = { href: paths.experiments(workspace), label: 'Experiments' };
    const here = { href: path, label: '' };
    if (section === 'hubs') {
      const hubs = { href: paths.hubs(workspace), label: 'Hubs' };
      return ids.hub ? [hubs, { ...here, label: hub?.title ?? 'Hub' }] : [hubs];
    }
    if (section === 'experiments') {
      if (path.endsWith('/new')) return [experiments, { ...here, label: 'New' }];
      return experimentId
        ? [experiments, { ...here, label: experiment?.title ?? 'Experiment' }]
        : [experiments];
    }
    if (section === 'runs') {
      const runs = { href: paths.runs(workspace), label: 'Runs' };
      if (!ids.run) return path.includes('/starting/') ? [runs, { ...here, label: 'Starting' }] : [runs];
      const of = run?.experiment_id
        ? [experiments, { href: paths.experiment(workspace, run.experiment_id), label: run.title }]
        : [runs];
      return [...of, { ...here, label: run ? `Run ${run.number}` : 'Run' }];
    }
    if (section === 'tokens') return [{ ...here, label: 'Tokens' }];
    if (section === 'members') return [{ ...here, label: 'Members' }];
    return [{ href: paths.home(workspace), label: 'Home' }];
  }
}

function useCached<T>(key: QueryKey): T | undefined {
  const client = useQueryClient();
  const subscribe = useCallback((changed: () => void) => client.getQueryCache().subscribe(changed), [client]);
  return useSyncExternalStore(subscribe, () => client.getQueryData<T>(key));
}
