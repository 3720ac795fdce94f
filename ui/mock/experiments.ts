// What the pretend hub says of experiments.
import type { Experiment } from '../src/api/contract';
import type { Ask } from './ask';
import { summary } from './widgets';
import { experiments, iso, lastRuns, newId } from './world';

export function answerExperiments({ is, send, page, problem, url, body, empty }: Ask) {
  let m: RegExpExecArray | null;
  if (is('GET', /^\/experiments$/)) {
    const q = url.searchParams.get('q')?.toLowerCase() ?? '';
    const archived = url.searchParams.get('archived');
    const origin = url.searchParams.get('origin');
    const asked = experiments
      .filter((one) => archived === 'include' || one.archived === (archived === 'only'))
      .filter((one) => !origin || one.origin === origin)
      .filter((one) => one.title.toLowerCase().includes(q));
    return page(empty ? [] : asked.map(summary));
  }
  if (is('POST', /^\/experiments\/check$/)) return send(200, check(body));
  if (is('POST', /^\/experiments$/)) {
    const made: Experiment = {
      ...(experiments[0] as Experiment),
      id: newId('exp'),
      version: 1,
      source: body,
      last_runs: [],
    };
    experiments.unshift(made);
    return send(201, made);
  }
  m = is('GET', /^\/experiments\/(\w+_[\w-]+)$/);
  if (m) {
    const found = experiments.find((one) => one.id === m?.[1]);
    return found
      ? send(200, { ...found, last_runs: lastRuns(found.id) })
      : problem(404, 'not-found', 'There is no such experiment');
  }
  m = is('POST', /^\/experiments\/(\w+_[\w-]+)\/adopt$/);
  if (m) {
    const found = experiments.find((one) => one.id === m?.[1]);
    if (!found) return problem(404, 'not-found', 'There is no such experiment');
    return send(200, Object.assign(found, { origin: 'hub' }));
  }
  m = is('PUT', /^\/experiments\/(\w+_[\w-]+)$/);
  if (m) {
    const found = experiments.find((one) => one.id === m?.[1]);
    if (!found) return problem(404, 'not-found', 'There is no such experiment');
    if (body.includes('conflict')) return problem(412, 'version-conflict', 'Somebody saved in the meantime');
    Object.assign(found, { source: body, version: found.version + 1, updated_at: new Date().toISOString() });
    return send(200, found);
  }
  m = is('GET', /^\/experiments\/(\w+_[\w-]+)\/versions$/);
  if (m) {
    const found = experiments.find((one) => one.id === m?.[1]);
    return page(
      Array.from({ length: found?.version ?? 0 }, (_, n) => ({
        number: n + 1,
        digest: 'ab12',
        format: 'json',
        created_at: iso(9e5 / (n + 1)),
        created_by: n % 2 ? 'marc' : 'sylvie',
      })).reverse(),
    );
  }
  m = is('GET', /^\/experiments\/(\w+_[\w-]+)\/versions\/(\d+)$/);
  if (m) {
    const found = experiments.find((one) => one.id === m?.[1]);
    const n = Number(m[2]);
    const source = (found?.source ?? '')
      .replace('"timeout": 3', `"timeout": ${n}`)
      .replace('"latency": 2000', `"latency": ${n * 700}`);
    return send(200, {
      number: n,
      digest: 'ab12',
      format: 'json',
      created_at: iso(9e5 / n),
      created_by: 'sylvie',
      source,
      document: found?.document,
    });
  }
}

function check(body: string) {
  const problems = body.includes('tolerance')
    ? []
    : [
        {
          path: '/steady-state-hypothesis/probes/0',
          line: 7,
          severity: 'error',
          message: 'a probe of the hypothesis needs a tolerance',
        },
      ];
  if (!body.includes('rollbacks'))
    problems.push({
      path: '/rollbacks',
      line: 1,
      severity: 'warning',
      message: 'nothing is undone afterwards',
    });
  return { title: null, problems };
}
