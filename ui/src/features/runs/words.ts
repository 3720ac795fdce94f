import type { Json, Phase, Run, RunSummary } from '~/api/contract';
import { counted, sentenceCase } from '~/ui/words';
import type { ActivityRow } from './activities';

export const PHASE_WORDS: Record<Phase, string> = {
  baseline: 'Baseline',
  method: 'Method',
  during: 'During',
  after: 'After',
  rollbacks: 'Rollbacks',
};

/** The verdict's sentence without its first word, which is drawn by itself. */
export function sentenceOf(run: RunSummary, word: string): string {
  if (run.state !== 'ended') return liveSentence(run);
  const said = run.sentence.trim();
  const rest = said.toLowerCase().startsWith(word.toLowerCase())
    ? said.slice(word.length).replace(/^[\s.:,;-]+/, '')
    : said;
  return sentenceCase(rest);
}

export function liveSentence(run: RunSummary): string {
  if (run.state === 'requested') return 'Waiting for a runner to take it.';
  if (run.state === 'starting') return 'A runner is starting Chaos Toolkit.';
  const { done, total, current } = run.progress;
  const phase = run.phase ? PHASE_WORDS[run.phase] : 'Beginning';
  const step = total > 0 ? `, step ${Math.min(done + 1, total)} of ${total}` : '';
  return `${phase}${step}${current ? `: ${current}` : '.'}`;
}

const STEPS: Record<string, string> = {
  flag: 'Asked to stop before its next activity',
  interrupt: 'Interrupted; rollbacks are played now',
  cut: 'Cut; rollbacks are not played any more',
  kill: 'Killed; whether rollbacks were played is unknown',
};

/** Where on the ladder a stop has come to. */
export function stopWords(run: Pick<Run, 'stop_step' | 'stop_requested_at'>): string {
  if (!run.stop_requested_at) return '';
  return STEPS[run.stop_step ?? 'flag'] ?? `Stopping (${run.stop_step})`;
}

export const STOP_LADDER = ['flag', 'interrupt', 'cut', 'kill'] as const;

const ROLLBACKS: Record<string, string> = {
  played: 'played',
  'not-played': 'not played',
  failed: 'failed',
  'none-declared': 'none declared',
  unknown: 'unknown',
};

export function rollbackWords(run: Run): string {
  return run.state !== 'ended' && run.rollbacks === 'unknown'
    ? 'not yet'
    : (ROLLBACKS[run.rollbacks] ?? run.rollbacks);
}

export interface Outcome {
  text: string;
  tone: 'good' | 'warn' | 'bad' | 'calm' | 'live' | 'stop';
}

/** What came of an activity, in two or three words. */
export function outcomeOf(row: ActivityRow): Outcome {
  if (row.state === 'planned') return { text: 'pending', tone: 'calm' };
  if (row.state === 'running') return { text: 'running', tone: 'live' };
  if (row.state === 'not-played') return { text: 'not played', tone: 'calm' };
  if (row.state === 'cut') return { text: 'cut short', tone: 'stop' };
  if (row.state === 'failed') return { text: 'failed', tone: 'bad' };
  if (row.met === true) return { text: 'in tolerance', tone: 'good' };
  if (row.met === false) return { text: 'out of tolerance', tone: 'warn' };
  return { text: 'done', tone: 'calm' };
}

/** The telling part of an output, short enough for a table: a status, a number, a word. */
export function briefOf(output: Json | undefined): string {
  if (output === undefined || output === null) return '';
  if (typeof output !== 'object') return shortened(String(output));
  if (Array.isArray(output)) return output.length === 0 ? 'empty list' : counted(output.length, 'item');
  if (typeof output.status === 'number') {
    const said = [output.stdout, output.body].find((one) => typeof one === 'string' && one.trim() !== '');
    const exit = 'stdout' in output || 'stderr' in output;
    return shortened(
      `${exit ? 'exit ' : ''}${output.status}${typeof said === 'string' && exit ? `, ${said.trim()}` : ''}`,
    );
  }
  return counted(Object.keys(output).length, 'field');
}

function shortened(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
