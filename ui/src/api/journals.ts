// A journal goes up as the bytes it is: Chaos Toolkit writes NaN, which no JSON parser here would take.
import { renewClaim } from './claim';
import type { Run } from './contract';
import { problemFrom, unreachable } from './problem';

export interface Uploaded {
  run: Run;
  /** False when the hub had this very journal before. */
  isNew: boolean;
}

/** Makes a run of a journal; `onProgress` is told the part that is sent, from 0 to 1. */
export async function uploadJournal(
  workspace: string,
  file: Blob,
  onProgress: (part: number) => void = () => {},
): Promise<Uploaded> {
  let answer = await send(workspace, file, onProgress);
  if (answer.status === 401 && (await renewClaim())) answer = await send(workspace, file, onProgress);
  const body = parsed(answer.text);
  if (answer.status !== 200 && answer.status !== 201) throw problemFrom(answer.status, body);
  return { run: body as Run, isNew: answer.status === 201 };
}

/** `fetch` cannot tell how far an upload has come; this older way can. */
function send(
  workspace: string,
  file: Blob,
  onProgress: (part: number) => void,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${location.origin}/api/v1/journals?${new URLSearchParams({ workspace })}`);
    request.setRequestHeader('Content-Type', 'application/json');
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(unreachable());
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
