// One question to the pretend hub, and the ways to answer it.
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Ask {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Below /api/v1. */
  path: string;
  body: string;
  /** A workspace in which nothing is yet. */
  empty: boolean;
  is: (method: string, pattern: RegExp) => RegExpExecArray | null;
  send: (status: number, value?: unknown) => void;
  page: (items: unknown[]) => void;
  problem: (status: number, code: string, title: string, detail?: string) => void;
}

export async function askOf(request: IncomingMessage, response: ServerResponse, url: URL): Promise<Ask> {
  const path = url.pathname.replace('/api/v1', '');
  const send = (status: number, value?: unknown) => {
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    });
    response.end(value === undefined ? '' : JSON.stringify(value));
  };
  return {
    request,
    response,
    url,
    path,
    send,
    body: await read(request),
    empty: url.searchParams.get('workspace') === 'demo/fresh',
    is: (method, pattern) => (request.method === method ? pattern.exec(path) : null),
    page: (items) => send(200, { items, next: null }),
    problem: (status, code, title, detail = '') =>
      send(status, { type: 'about:blank', title, status, code, detail, instance: 'req_01k2z7q9' }),
  };
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
