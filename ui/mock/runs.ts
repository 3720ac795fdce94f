// What the pretend hub says of runs.
import type { Ask } from './ask';
import { play, tell } from './live';
import { account, events, experiments, makeRun, runs } from './world';

const journals = new Map<string, string>();

export function answerRuns({ is, send, page, problem, url, body, empty, response }: Ask) {
  let m: RegExpExecArray | null;
  if (is('GET', /^\/runs$/)) {
    const has = (key: string, value: string | null | undefined) =>
      !url.searchParams.get(key) || url.searchParams.get(key) === value;
    return page(
      empty
        ? []
        : runs.filter(
            (run) =>
              has('experiment', run.experiment_id) && has('state', run.state) && has('verdict', run.verdict),
          ),
    );
  }
  if (is('POST', /^\/journals$/)) {
    const known = runs.find((one) => one.origin === 'upload');
    if (known) return send(200, known);
    const experiment = experiments[0];
    if (!body.includes('steady_states') || !experiment)
      return problem(
        422,
        'invalid-journal',
        'invalid journal',
        'this JSON is not a journal: it has no `run`',
      );
    const made = makeRun(experiment, Math.max(...runs.map((one) => one.number)) + 1, account.name);
    Object.assign(made, {
      origin: 'upload',
      experiment_id: null,
      version: null,
      state: 'ended',
      verdict: 'passed',
    });
    Object.assign(made, { journal: { digest: 'sha256:77', bytes: body.length }, can_stop: false });
    journals.set(made.id, body);
    runs.unshift(made);
    return send(201, made);
  }
  m = is('GET', /^\/runs\/(\w+_[\w-]+)\/journal$/);
  if (m) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(journals.get(m[1] ?? '') ?? '{}');
    return;
  }
  if (is('POST', /^\/runs$/)) {
    const experiment = experiments.find(
      (one) => one.id === (JSON.parse(body) as { experiment: string }).experiment,
    );
    if (!experiment) return problem(404, 'not-found', 'There is no such experiment');
    const run = makeRun(experiment, Math.max(...runs.map((one) => one.number)) + 1, account.name);
    runs.unshift(run);
    events.set(run.id, []);
    play(run, 'deviated', Number(process.env.SLOW ?? 1));
    return send(202, run);
  }
  m = is('GET', /^\/runs\/(\w+_[\w-]+)$/);
  if (m) {
    const run = runs.find((one) => one.id === m?.[1]);
    return run ? send(200, run) : problem(404, 'not-found', 'There is no such run');
  }
  m = is('GET', /^\/runs\/(\w+_[\w-]+)\/events$/);
  if (m) {
    const after = Number(url.searchParams.get('after') ?? 0);
    return send(200, {
      items: (events.get(m[1] ?? '') ?? []).filter((event) => event.number > after),
      next: null,
    });
  }
  m = is('GET', /^\/runs\/(\w+_[\w-]+)\/log$/);
  if (m) {
    const lines = (events.get(m[1] ?? '') ?? []).map(
      (event) =>
        `[${event.at.slice(0, 19).replace('T', ' ')} ${event.data.error ? 'ERROR' : 'INFO'}] ${event.kind} ${event.data.name ?? event.phase ?? ''}\n`,
    );
    const log = lines.join('');
    response.writeHead(200, { 'content-type': 'text/plain', 'x-next': String(log.length) });
    response.end(log.slice(Number(url.searchParams.get('after') ?? 0)));
    return;
  }
  m = is('POST', /^\/runs\/(\w+_[\w-]+)\/stop$/);
  if (m) {
    const run = runs.find((one) => one.id === m?.[1]);
    if (!run) return problem(404, 'not-found', 'There is no such run');
    Object.assign(run, { state: 'stopping', stop_requested_at: new Date().toISOString(), stop_step: 'flag' });
    tell('run', run.id, { run });
    return send(202, run);
  }
}
