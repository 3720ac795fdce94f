import { Button } from '@mantine/core';
import { IconPlugX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ApiProblem } from '~/api/problem';
import { CopyButton } from './copy';
import css from './page.module.css';

const SHOWN = 8; // characters of a reference that a person compares; copying gives all of it

/** What went wrong, whether anything was lost, what to do, and the reference to hand on. */
export function Trouble({
  problem,
  onRetry,
  children,
}: {
  problem: ApiProblem;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  return (
    <div className={css.empty} role="alert">
      <span className={css.emptyIcon} data-tone="bad" aria-hidden>
        <IconPlugX size={28} stroke={1.5} />
      </span>
      <h2>{problem.title}</h2>
      <div className={css.emptyText}>
        {sentence(problem.detail || 'Nothing was changed')} {wayOut(problem)}
      </div>
      <div className={css.troubleActions}>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {children}
      </div>
      <Reference problem={problem} />
    </div>
  );
}

/** One line of the same, for forms and cards. */
export function TroubleLine({ problem }: { problem: ApiProblem }) {
  return (
    <div className={css.troubleLine} role="alert">
      <strong>{problem.title}.</strong> {problem.detail && sentence(problem.detail)}
      {problem.problems.length > 0 && (
        <ul>
          {problem.problems.map((one) => (
            <li key={`${one.path} ${one.message}`}>
              <code>{one.path}</code> {one.message}
            </li>
          ))}
        </ul>
      )}{' '}
      <Reference problem={problem} />
    </div>
  );
}

function Reference({ problem }: { problem: ApiProblem }) {
  if (!problem.instance) return null;
  return (
    <span className={css.reference}>
      Reference <code>{problem.instance.slice(0, SHOWN)}</code>{' '}
      <CopyButton text={problem.instance} label="Copy the reference" />
    </span>
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function wayOut(problem: ApiProblem): string {
  if (problem.status === 403) return 'Ask an owner of the workspace for a role that may.';
  if (problem.status >= 500)
    return 'If it happens again, give the reference to the person who runs this server.';
  return '';
}
