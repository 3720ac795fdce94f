import type { Problem } from './contract';

/** An answer of the hub that is not what was asked for (RFC 9457), or no answer at all (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** The reference to hand to whoever runs the hub; empty when the hub was never reached. */
  readonly instance: string;
  readonly problems: Problem[];
  /** Particulars by code, such as the live runs of `run-in-progress`. */
  readonly extra: unknown;

  constructor(parts: {
    status: number;
    code: string;
    title: string;
    detail?: string;
    instance?: string;
    problems?: Problem[];
    extra?: unknown;
  }) {
    super(parts.detail || parts.title);
    this.name = 'ApiProblem';
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail ?? '';
    this.instance = parts.instance ?? '';
    this.problems = parts.problems ?? [];
    this.extra = parts.extra;
  }
}

/** Reads the body of a refused request; anything that is not problem+json still becomes a problem. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : '');
  return new ApiProblem({
    status,
    code: text('code') || `http-${status}`,
    title: capital(text('title')) || titleOf(status),
    detail: capital(text('detail')),
    instance: text('instance'),
    problems: problemsIn(fields.extra),
    extra: fields.extra,
  });
}

export function unreachable(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: 'unreachable',
    title: 'ChaosHub does not answer',
    detail: 'Nothing was changed. Check the connection, or whether ChaosHub is running, and try again.',
  });
}

export function asProblem(cause: unknown): ApiProblem {
  if (cause instanceof ApiProblem) return cause;
  return new ApiProblem({
    status: 0,
    code: 'page-broke',
    title: 'This page could not be drawn',
    detail: cause instanceof Error ? cause.message : String(cause),
  });
}

const NOT_TO_BE_SEEN = [403, 404, 410];

/** What stands in the place of what was asked for: nothing came, or what came before may not be seen any more. */
export function troubleOf(query: { error: unknown; data: unknown }): ApiProblem | null {
  if (!query.error) return null;
  const problem = asProblem(query.error);
  return query.data === undefined || NOT_TO_BE_SEEN.includes(problem.status) ? problem : null;
}

function titleOf(status: number): string {
  if (status === 404) return 'There is nothing here';
  if (status === 403) return 'You may not do this';
  if (status >= 500) return 'ChaosHub could not answer';
  return `ChaosHub refused this (${status})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Some refusals carry in `extra` what exactly is wrong, line by line. */
function problemsIn(extra: unknown): Problem[] {
  const list =
    typeof extra === 'object' && extra !== null ? (extra as { problems?: unknown }).problems : null;
  return Array.isArray(list) ? (list as Problem[]) : [];
}
