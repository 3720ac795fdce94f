// The pretend hub's stream, and runs that play their script into it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Event, Run, Verdict } from '../src/api/contract';
import { script } from './script';
import { filled } from './widgets';
import { events, hubs, runs } from './world';

const listeners = new Set<ServerResponse>();
let said = 0;

export function stream(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(': hello\n\n');
  listeners.add(response);
  request.on('close', () => listeners.delete(response));
}

export function tell(kind: string, run: string, data: object): void {
  for (const listener of listeners)
    listener.write(
      `id: 1-${++said}\nevent: ${kind}\ndata: ${JSON.stringify({ topic: `run:${run}`, ...data })}\n\n`,
    );
}

export function play(run: Run, verdict: Verdict, slow: number): void {
  const list = events.get(run.id) ?? [];
  setTimeout(
    () =>
      Object.assign(run, { state: 'running', started_at: new Date().toISOString() }) &&
      tell('run', run.id, { run }),
    400,
  );
  for (const [at, kind, phase, data] of script(verdict)) {
    setTimeout(
      () => {
        const stamp = new Date().toISOString();
        const event: Event = {
          number: list.length + 1,
          sender: 'control',
          sender_seq: list.length + 1,
          at: stamp,
          received_at: stamp,
          kind,
          phase,
          data,
        };
        list.push(event);
        if (phase) run.phase = phase;
        if (kind === 'activity.started') run.progress = { ...run.progress, current: String(data.name) };
        if (kind === 'activity.completed')
          run.progress = { ...run.progress, done: run.progress.done + 1, current: null };
        run.events = list.length;
        if (kind === 'run.finished')
          Object.assign(run, {
            state: 'ended',
            verdict,
            phase: null,
            sentence: runs.find((one) => one.verdict === verdict && one !== run)?.sentence,
            ended_at: stamp,
            duration_ms: 12700,
            rollbacks: 'played',
            raw_status: 'completed',
            can_stop: false,
          });
        tell('events', run.id, { run: run.id, events: [event] });
        tell('run', run.id, { run });
        for (const hub of hubs)
          for (const widget of hub.widgets)
            for (const listener of listeners)
              listener.write(
                `id: 1-${++said}\nevent: widget\ndata: ${JSON.stringify({ topic: `hub:${hub.id}`, widget: widget.id, data: filled(widget).data })}\n\n`,
              );
      },
      500 + at * 1000 * slow,
    );
  }
}
