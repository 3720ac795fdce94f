import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunMark, Verdict } from '~/api/contract';
import { lookOf } from './verdict';
import css from './verdict.module.css';
import { ago, counted } from './words';

const MARKS: Record<Verdict, ReactNode> = {
  passed: <rect x="1" y="1" width="8" height="18" rx="2" fill="currentColor" />,
  deviated: <path d="M5 1 9 6.500V17a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V6.500Z" fill="currentColor" />,
  failed: <path d="M3 1h4a2 2 0 0 1 2 2v10.500L5 19l-4-5.500V3a2 2 0 0 1 2-2Z" fill="currentColor" />,
  'baseline-not-met': (
    <rect
      x="1.750"
      y="1.750"
      width="6.500"
      height="16.500"
      rx="1.500"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.500"
    />
  ),
  inconclusive: (
    <rect
      x="1.750"
      y="1.750"
      width="6.500"
      height="16.500"
      rx="1.500"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.500"
      strokeDasharray="3 2.200"
    />
  ),
  aborted: (
    <path
      d="M1 3a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v4H1ZM1 13h8v4a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2Z"
      fill="currentColor"
    />
  ),
  interrupted: <rect x="1" y="10" width="8" height="9" rx="2" fill="currentColor" />,
  lost: (
    <path
      d="M5 3.500 8.500 10 5 16.500 1.500 10Z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.500"
      strokeLinejoin="round"
    />
  ),
};

const PLACES = 10; // what the hub answers of an experiment's last runs

/** The last ten runs as small marks, oldest first, empty places outlined; one link to the runs, wide enough to be hit. */
export function VerdictStrip({
  runs,
  href,
  now = Date.now(),
}: {
  runs: RunMark[];
  href: string;
  now?: number;
}) {
  if (runs.length === 0) return <span className={css.never}>never run</span>;
  const told = runs.map((run) => ({ run, look: lookOf(run) })).reverse();
  const words = told.map(({ look }) => look.word.toLowerCase()).join(', ');
  return (
    <a className={css.strip} href={href}>
      <span className="unseen">
        Last {counted(runs.length, 'run')}, oldest first: {words}
      </span>
      {Array.from({ length: Math.max(0, PLACES - told.length) }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place is its index
        <svg key={place} className={css.place} width="10" height="20" viewBox="0 0 10 20" aria-hidden="true">
          <rect x="1.500" y="1.500" width="7" height="17" rx="1.500" fill="none" stroke="currentColor" />
        </svg>
      ))}
      {told.map(({ run, look }) => {
        const when = run.started_at ? `, ${ago(new Date(run.started_at), now)}` : '';
        return (
          <Tooltip key={run.id} label={`Run ${run.number}: ${look.word.toLowerCase()}${when}`}>
            <svg
              className={css.mark}
              data-tone={look.tone}
              width="10"
              height="20"
              viewBox="0 0 10 20"
              aria-hidden="true"
            >
              {run.verdict ? (
                MARKS[run.verdict]
              ) : (
                <circle cx="5" cy="10" r="4" fill="currentColor" className={css.pulse} />
              )}
            </svg>
          </Tooltip>
        );
      })}
      {told.length === 1 && (
        <span className={css.only} aria-hidden>
          {told[0]?.look.word}
        </span>
      )}
    </a>
  );
}
