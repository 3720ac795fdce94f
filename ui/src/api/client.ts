import createClient from 'openapi-fetch';
import { renewClaim } from './claim';
import type { paths } from './contract';
import { problemFrom, unreachable } from './problem';

const RENEWABLE = new Set(['claim-expired', 'not-signed-in']);

/** Sends; when the claim has run out, renews it once and sends again. */
async function sendRenewing(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await reach(request);
  if (answer.status !== 401 || !(await isRenewable(answer))) return answer;
  return (await renewClaim()) ? reach(again) : answer;
}

export const api = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: 'same-origin',
  // Several values of one parameter are separated by commas.
  querySerializer: { array: { style: 'form', explode: false } },
  fetch: sendRenewing,
});

/** The typed answer of a call, or an `ApiProblem` thrown. */
export async function answerOf<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemFrom(response.status, error);
  return data as T;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await globalThis.fetch(request);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable();
  }
}

async function isRenewable(answer: Response): Promise<boolean> {
  try {
    const body = (await answer.clone().json()) as { code?: string };
    return RENEWABLE.has(body.code ?? '');
  } catch {
    return false;
  }
}
