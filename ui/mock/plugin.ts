// A pretend hub inside the development server: `npm run dev -- --mode pretend`. It keeps nothing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import type { Experiment, Widget } from '../src/api/contract';
import { play, stream, tell } from './live';
import { filled, summary } from './widgets';
import {
  account,
  events,
  experiments,
  hubs,
  iso,
  lastRuns,
  makeRun,
  newId,
  runs,
  scopes,
  workspace,
} from './world';

let signedIn = true;

export function pretendHub(): Plugin {
  return {
    name: 'pretend-hub',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? '/', 'http://pretend');
        if (!url.pathname.startsWith('/api/')) return next();
        void answer(request, response, url);
      });
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const body = await read(request);
  const path = url.pathname.replace('/api/v1', '');
  const send = (status: number, value?: unknown) => {
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    });
    response.end(value === undefined ? '' : JSON.stringify(value));
  };
  const problem = (status: number, code: string, title: string, detail = '') =>
    send(status, { type: 'about:blank', title, status, code, detail, instance: 'req_01k2z7q9' });
  const is = (method: string, pattern: RegExp) => (request.method === method ? pattern.exec(path) : null);
  const page = (items: unknown[]) => send(200, { items, next: null });
  let m: RegExpExecArray | null;

  if (path === '/auth/options')
    return send(200, {
      setup_required: url.searchParams.has('setup') || request.headers.referer?.includes('setup') === true,
    });
  if (path === '/auth/sign-in') {
    if (body.includes('wrong'))
      return problem(401, 'wrong-credentials', 'Name or password is wrong', 'Try again.');
    signedIn = true;
    return send(200, me());
  }
  if (path === '/auth/sign-out') {
    signedIn = false;
    return send(204);
  }
  if (!signedIn)
    return problem(401, path === '/auth/renew' ? 'session-ended' : 'not-signed-in', 'Sign in first');
  if (path === '/auth/renew' || path === '/me') return send(200, me());
  if (path === '/stream') return stream(request, response);
  const empty = url.searchParams.get('workspace') === 'demo/fresh';

  if (is('GET', /^\/experiments$/)) {
    const q = url.searchParams.get('q')?.toLowerCase() ?? '';
    return page(empty ? [] : experiments.filter((one) => one.title.toLowerCase().includes(q)).map(summary));
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
  m = is('PUT', /^\/experiments\/(\w+_[\w-]+)$/);
  if (m) {
    const found = experiments.find((one) => one.id === m?.[1]);
    if (!found) return problem(404, 'not-found', 'There is no such experiment');
    if (body.includes('conflict')) return problem(409, 'version-conflict', 'Somebody saved in the meantime');
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
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(lines.join('').slice(Number(url.searchParams.get('after') ?? 0)));
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
  if (is('GET', /^\/hubs$/)) return page(empty ? [] : hubs);
  if (is('POST', /^\/hubs$/)) {
    const hub = {
      ...hubs[0],
      id: newId('hub'),
      title: (JSON.parse(body) as { title: string }).title,
      is_default: false,
      description: '',
      widgets: [],
    };
    hubs.push(hub as (typeof hubs)[number]);
    return send(201, hub);
  }
  m = is('GET', /^\/hubs\/(\w+_[\w-]+)$/);
  if (m) {
    const hub = hubs.find((one) => one.id === m?.[1]);
    return hub
      ? send(200, { ...hub, widgets: hub.widgets.map(filled) })
      : problem(404, 'not-found', 'There is no such hub');
  }
  m = is('PATCH', /^\/hubs\/(\w+_[\w-]+)$/);
  if (m) {
    const hub = hubs.find((one) => one.id === m?.[1]);
    const { layout = [] } = JSON.parse(body) as {
      layout?: { widget: string; x: number; y: number; w: number; h: number }[];
    };
    for (const { widget, ...place } of layout)
      Object.assign(hub?.widgets.find((one) => one.id === widget) ?? {}, place);
    return send(200, { ...hub, widgets: hub?.widgets.map(filled) });
  }
  m = is('POST', /^\/hubs\/(\w+_[\w-]+)\/widgets$/);
  if (m) {
    const wish = JSON.parse(body) as Widget;
    const made = {
      ...wish,
      id: newId('wid'),
      hub_id: m[1] ?? '',
      x: 0,
      y: 50,
      w: 4,
      h: 4,
      data: { state: 'ready' as const, as_of: iso(0), value: null, error: null },
    };
    hubs.find((one) => one.id === m?.[1])?.widgets.push(made);
    return send(201, filled(made));
  }
  m = is('DELETE', /^\/widgets\/(\w+_[\w-]+)$/);
  if (m) {
    for (const hub of hubs) hub.widgets = hub.widgets.filter((one) => one.id !== m?.[1]);
    return send(204);
  }
  m = is('PATCH', /^\/widgets\/(\w+_[\w-]+)$/);
  if (m) {
    const widget = hubs.flatMap((hub) => hub.widgets).find((one) => one.id === m?.[1]);
    return send(200, Object.assign(widget ?? {}, JSON.parse(body)));
  }
  if (path === '/widget-kinds') {
    const experiment = {
      type: 'object',
      properties: { experiment: { type: 'string', title: 'Experiment' } },
      required: ['experiment'],
    };
    const limit = {
      type: 'object',
      properties: { limit: { type: 'integer', minimum: 1, maximum: 50, default: 10, title: 'How many' } },
    };
    return send(200, {
      items: [
        {
          kind: 'text',
          title: 'Text',
          description: 'Notes in Markdown.',
          config_schema: { type: 'object', properties: { markdown: { type: 'string', title: 'Text' } } },
          w: 4,
          h: 4,
        },
        {
          kind: 'run-status',
          title: 'Run status',
          description: 'The last verdict of one experiment, large.',
          config_schema: experiment,
          w: 3,
          h: 4,
        },
        {
          kind: 'live-run',
          title: 'Running now',
          description: 'What is under way in this workspace.',
          config_schema: { type: 'object', properties: {} },
          w: 6,
          h: 5,
        },
        {
          kind: 'activity',
          title: 'Activity',
          description: 'Who did what, newest first.',
          config_schema: limit,
          w: 5,
          h: 6,
        },
        {
          kind: 'experiments',
          title: 'Experiments',
          description: 'Experiments with their last ten verdicts.',
          config_schema: limit,
          w: 7,
          h: 6,
        },
      ],
    });
  }
  if (is('GET', /^\/tokens$/))
    return page(
      empty
        ? []
        : [
            {
              id: newId('tok'),
              name: 'nightly pipeline',
              workspace_id: workspace.id,
              account: 'sylvie',
              scopes: ['run:ingest', 'run:read'],
              created_at: iso(8e5),
              expires_at: iso(-5e6),
              last_used_at: iso(3000),
              hint: 'chp_ab12…',
            },
          ],
    );
  if (is('POST', /^\/tokens$/))
    return send(201, {
      token: {
        id: newId('tok'),
        name: 'my laptop',
        workspace_id: workspace.id,
        account: 'sylvie',
        scopes: ['run:ingest'],
        created_at: iso(0),
        expires_at: null,
        last_used_at: null,
        hint: 'chp_9Qx2…',
      },
      secret: 'chp_9Qx2mV7cT1rYw8KpLs4NdEuGzHjB6aFo',
    });
  if (is('GET', /^\/workspaces\/[\w-]+\/members$/))
    return page([
      { account, role: 'owner', given_on: 'organization', since: iso(9e6) },
      {
        account: { ...account, id: newId('acc'), name: 'marc', admin: false },
        role: 'editor',
        given_on: 'workspace',
        since: iso(4e6),
      },
      {
        account: { ...account, id: newId('acc'), name: 'pipeline', admin: false },
        role: 'operator',
        given_on: 'workspace',
        since: iso(1e6),
      },
    ]);
  if (is('GET', /^\/organizations$/))
    return page([{ id: newId('org'), name: 'demo', title: 'Demo', role: 'owner' }]);
  if (request.method !== 'GET') return send(200, {});
  return problem(404, 'not-found', 'There is nothing here');
}

function me() {
  const membership = (name: string, title: string, id: string) => ({
    workspace: { ...workspace, id, name, title },
    role: 'owner',
    scopes,
  });
  return {
    account,
    workspaces: [
      membership('payments', 'Payments', workspace.id),
      membership('fresh', 'Fresh start', `${workspace.id.slice(0, -1)}2`),
    ],
  };
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

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => resolve(text));
  });
}
