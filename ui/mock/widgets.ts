// What the pretend hub's widgets show.
import type { Experiment, Widget } from '../src/api/contract';
import { experiments, lastRuns, runs } from './world';

export function filled(widget: Widget): Widget {
  const active = runs.filter((run) => run.state !== 'ended');
  const experiment = experiments.find((one) => one.id === widget.config.experiment);
  const values: Record<string, unknown> = {
    text: { markdown: widget.config.markdown ?? '' },
    'run-status': {
      run: runs.find((run) => run.experiment_id === experiment?.id) ?? null,
      experiment: experiment ? { id: experiment.id, title: experiment.title } : null,
    },
    'live-run': { runs: active },
    experiments: { items: experiments.map(summary) },
    activity: {
      items: runs.slice(0, 8).map((run, n) => ({
        id: `act_${n}`,
        at: run.started_at ?? run.requested_at,
        account: run.started_by,
        verb: run.state === 'ended' ? 'ran' : 'started',
        object_kind: 'run',
        object_id: run.id,
        title: run.title,
        verdict: run.verdict,
      })),
    },
  };
  return {
    ...widget,
    data: {
      ...widget.data,
      value: (values[widget.kind] ?? null) as Widget['data']['value'],
      state: widget.kind === 'text' ? 'stale' : 'ready',
    },
  };
}

export function summary({ document: _document, source: _source, ...rest }: Experiment) {
  return { ...rest, last_runs: lastRuns(rest.id) };
}
