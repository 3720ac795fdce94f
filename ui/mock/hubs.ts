// What the pretend hub says of hubs and their widgets.
import type { Widget } from '../src/api/contract';
import type { Ask } from './ask';
import { filled } from './widgets';
import { hubs, iso, newId } from './world';

export function answerHubs({ is, send, page, problem, body, empty, path }: Ask) {
  let m: RegExpExecArray | null;
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
          needs: [],
          w: 4,
          h: 4,
        },
        {
          kind: 'run-status',
          title: 'Run status',
          description: 'The last verdict of one experiment, large.',
          config_schema: experiment,
          needs: ['experiment:read', 'run:read'],
          w: 3,
          h: 4,
        },
        {
          kind: 'live-run',
          title: 'Running now',
          description: 'What is under way in this workspace.',
          config_schema: { type: 'object', properties: {} },
          needs: ['run:read'],
          w: 6,
          h: 5,
        },
        {
          kind: 'activity',
          title: 'Activity',
          description: 'Who did what, newest first.',
          config_schema: limit,
          needs: ['workspace:read', 'experiment:read', 'run:read'],
          w: 5,
          h: 6,
        },
        {
          kind: 'experiments',
          title: 'Experiments',
          description: 'Experiments with their last ten verdicts.',
          config_schema: limit,
          needs: ['experiment:read'],
          w: 7,
          h: 6,
        },
      ],
    });
  }
}
