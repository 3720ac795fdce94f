import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Membership } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import { runsQuery } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { paths } from '~/paths';
import { Card } from '~/ui/card';
import css from './first-steps.module.css';

interface Step {
  done: boolean;
  text: ReactNode;
}

/** What a new workspace does first, ticked off by what has happened; gone after the first run from outside. */
export function FirstSteps({ membership }: { membership: Membership }) {
  const workspace = workspaceName(membership);
  const experiments = useQuery(experimentsQuery(workspace));
  const list = useInfiniteQuery(runsQuery(workspace));
  if (!experiments.data || !list.data) return null;
  const runs = list.data.pages.flatMap((page) => page.items);
  if (runs.some((run) => run.origin === 'outside')) return null;
  const link = (allowed: boolean, href: string, text: string) => (allowed ? <a href={href}>{text}</a> : text);
  const first = experiments.data.items[0];
  const steps: Step[] = [
    may(membership, 'experiment:write') && {
      done: experiments.data.items.length > 0,
      text: (
        <>
          {link(true, paths.newExperiment(workspace), 'Write an experiment')}, or drop in one that you have.
        </>
      ),
    },
    may(membership, 'run:start') && {
      done: runs.some((run) => run.origin === 'hub'),
      text: (
        <>
          {link(first !== undefined, first ? paths.experiment(workspace, first.id) : '', 'Run it')}, and watch
          it live on this page.
        </>
      ),
    },
    may(membership, 'token:manage') && {
      done: false,
      text: (
        <>
          {link(true, paths.tokens(workspace), 'Make a token')} and connect the <code>chaos run</code> you
          already use: its runs appear here too.
        </>
      ),
    },
  ].filter((step) => step !== false);
  if (steps.length === 0) return null;
  return (
    <Card label="First steps" className={css.card}>
      <p className={css.lead}>{steps.length === 3 ? 'Three steps to your first result:' : 'To begin:'}</p>
      <ol className={css.steps}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps have an order and no other name
          <li key={index} data-done={step.done || undefined}>
            {step.done ? (
              <IconCircleCheckFilled size={18} aria-label="Done" />
            ) : (
              <IconCircle size={18} stroke={1.6} aria-label="To do" />
            )}
            <span>{step.text}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
