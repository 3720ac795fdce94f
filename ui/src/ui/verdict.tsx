import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashedMinus,
  IconHandStop,
  IconHelpSquareRounded,
  IconHourglass,
  IconLoader2,
  IconPlugConnectedX,
  IconSquareX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { RunState, Verdict } from '~/api/contract';
import css from './verdict.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'stop' | 'cut' | 'gone' | 'live';

interface Look {
  word: string;
  tone: Tone;
  shape: TablerIcon;
  /** What it means, for someone who sees it for the first time. */
  means: string;
}

export const VERDICTS: Record<Verdict, Look> = {
  passed: {
    word: 'Passed',
    tone: 'good',
    shape: IconCircleCheck,
    means: 'The steady state held, and the method did what it says.',
  },
  deviated: {
    word: 'Deviated',
    tone: 'warn',
    shape: IconAlertTriangle,
    means: 'The steady state did not hold during or after the method.',
  },
  'baseline-not-met': {
    word: 'Baseline not met',
    tone: 'calm',
    shape: IconCircleDashedMinus,
    means: 'The steady state did not hold before anything was done, so nothing was done.',
  },
  inconclusive: {
    word: 'Inconclusive',
    tone: 'calm',
    shape: IconHelpSquareRounded,
    means: 'The run ended, but it proves nothing either way.',
  },
  failed: {
    word: 'Failed',
    tone: 'bad',
    shape: IconAlertOctagon,
    means: 'The experiment itself could not be carried out.',
  },
  aborted: {
    word: 'Aborted',
    tone: 'stop',
    shape: IconSquareX,
    means: 'The run broke off in the middle of the method.',
  },
  interrupted: {
    word: 'Interrupted',
    tone: 'cut',
    shape: IconHandStop,
    means: 'Somebody, or a signal, stopped the run.',
  },
  lost: {
    word: 'Lost',
    tone: 'gone',
    shape: IconPlugConnectedX,
    means: 'The run fell silent; nobody knows how it ended.',
  },
};

const STATES: Record<Exclude<RunState, 'ended'>, Look> = {
  requested: { word: 'Requested', tone: 'live', shape: IconHourglass, means: 'Waits for a runner.' },
  starting: { word: 'Starting', tone: 'live', shape: IconLoader2, means: 'A runner is starting it.' },
  running: { word: 'Running', tone: 'live', shape: IconLoader2, means: 'It is running now.' },
  stopping: {
    word: 'Stopping',
    tone: 'warn',
    shape: IconHandStop,
    means: 'It was asked to stop and has not ended yet.',
  },
};

const UNJUDGED: Look = {
  word: 'Ended',
  tone: 'calm',
  shape: IconHourglass,
  means: 'It has ended; the verdict is not known yet.',
};

/** How a run looks: by its verdict once there is one, by its state until then. */
export function lookOf(run: { state: RunState; verdict?: Verdict | null }): Look {
  if (run.verdict) return VERDICTS[run.verdict] ?? UNJUDGED;
  return run.state === 'ended' ? UNJUDGED : STATES[run.state];
}

/** Shape, word and colour of a run's outcome; the same everywhere. */
export function VerdictBadge({
  run,
  quiet = false,
}: {
  run: { state: RunState; verdict?: Verdict | null };
  quiet?: boolean;
}) {
  const look = lookOf(run);
  return (
    <span className={css.badge} data-tone={look.tone} data-quiet={quiet || undefined} title={look.means}>
      <look.shape
        size={15}
        stroke={2}
        aria-hidden
        className={look.shape === IconLoader2 ? css.turning : undefined}
      />
      {look.word}
    </span>
  );
}

/** The large shape beside a verdict's sentence. */
export function VerdictShape({
  run,
  size = 26,
}: {
  run: { state: RunState; verdict?: Verdict | null };
  size?: number;
}) {
  const look = lookOf(run);
  return (
    <span className={css.shape} data-tone={look.tone} aria-hidden>
      <look.shape size={size} stroke={1.9} className={look.shape === IconLoader2 ? css.turning : undefined} />
    </span>
  );
}
