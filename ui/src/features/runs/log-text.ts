import { answerOf, api } from '~/api/client';

const PIECE = 1024 * 1024; // what the hub answers at the most

/** What is shown of a log: its end, as the hub has it from the byte `next` on. */
export interface LogText {
  text: string;
  next: number;
  /** Whether the beginning is left out. */
  cut: boolean;
}

/**
 * The log as it stands now. While a run goes on only what is new is asked for, from where the hub said; when it has
 * ended, the log is kept anew, with other places.
 */
export async function readLog(
  id: string,
  ended: boolean,
  old: LogText | undefined,
  signal: AbortSignal,
): Promise<LogText> {
  if (!ended) {
    const from = old ?? { text: '', next: 0, cut: false };
    const more = await pieceOf(id, from.next, signal);
    return { ...lastOf(from.text + more.text, from.cut), next: more.next };
  }
  const first = await pieceOf(id, 0, signal);
  if (first.next < PIECE) return { ...first, cut: false };
  const { next: size } = await pieceOf(id, Number.MAX_SAFE_INTEGER, signal);
  const last = await pieceOf(id, Math.max(0, size - PIECE), signal);
  return { ...(size > PIECE ? fromLine(last.text) : { text: last.text, cut: false }), next: last.next };
}

/** All of it, in pieces. */
export async function wholeLog(id: string): Promise<Blob> {
  const pieces: string[] = [];
  for (let from = 0; ; ) {
    const { text, next } = await pieceOf(id, from);
    if (next <= from) break;
    pieces.push(text);
    from = next;
  }
  return new Blob(pieces, { type: 'text/plain' });
}

async function pieceOf(
  id: string,
  after: number,
  signal?: AbortSignal,
): Promise<{ text: string; next: number }> {
  const call = api.GET('/api/v1/runs/{id}/log', {
    params: { path: { id }, query: { after } },
    parseAs: 'text',
    signal,
  });
  const text = (await answerOf(call)) ?? ''; // an empty body is read as nothing at all
  const { response } = await call;
  // Not the length of the text: secrets were masked in it, and bytes that are no text replaced.
  return { text, next: Number(response.headers.get('x-next')) };
}

/** A page does not hold more than its reader can scroll through. */
function lastOf(text: string, cut: boolean): { text: string; cut: boolean } {
  return text.length <= PIECE ? { text, cut } : fromLine(text.slice(-PIECE));
}

function fromLine(text: string): { text: string; cut: boolean } {
  return { text: text.slice(text.indexOf('\n') + 1), cut: true };
}
