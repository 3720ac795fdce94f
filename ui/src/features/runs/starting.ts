import type { Experiment, Json, JsonObject, NewRun, PlannedActivity, Run } from '~/api/contract';

/** A run as it will look, drawn from the experiment while the hub's answer is on its way. */
export function expectedRun(experiment: Experiment, body: NewRun, by: string): Run {
  const now = new Date().toISOString();
  const plan = planOf(experiment.document);
  return {
    id: '',
    number: (experiment.last_runs[0]?.number ?? 0) + 1,
    workspace_id: experiment.workspace_id,
    experiment_id: experiment.id,
    version: body.version ?? experiment.version,
    title: experiment.title,
    origin: 'hub',
    environment: '',
    state: 'requested',
    phase: null,
    verdict: null,
    sentence: '',
    started_by: by,
    requested_at: now,
    started_at: null,
    ended_at: null,
    duration_ms: null,
    progress: { done: 0, total: plan.length, current: null },
    reasons: [],
    warnings: [],
    raw_status: null,
    rollbacks: 'unknown',
    stop_requested_at: null,
    stop_step: null,
    events: 0,
    journal: null,
    plan,
    node: null,
    chaoslib: null,
    parameters: [],
    overlaps: [],
    manifest: {},
    can_stop: false,
  };
}

function planOf(document: JsonObject): PlannedActivity[] {
  const hypothesis = document['steady-state-hypothesis'];
  const probes = isObject(hypothesis) ? hypothesis.probes : undefined;
  return [
    ...listed(probes, 'baseline'),
    ...listed(document.method, 'method'),
    ...listed(probes, 'after'),
    ...listed(document.rollbacks, 'rollbacks'),
  ];
}

function listed(list: Json | undefined, phase: PlannedActivity['phase']): PlannedActivity[] {
  if (!Array.isArray(list)) return [];
  return list.map((one, index) => {
    const activity = isObject(one) ? one : {};
    return {
      key: `${phase}-${index}`,
      phase,
      name: String(activity.name ?? activity.ref ?? `${phase} ${index + 1}`),
      type: activity.type === 'action' ? 'action' : 'probe',
      background: activity.background === true,
    };
  });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
