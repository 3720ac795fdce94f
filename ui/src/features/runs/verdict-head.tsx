import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Run } from '~/api/contract';
import { isActive } from '~/api/runs';
import { Ago, Elapsed } from '~/ui/ago';
import { ShortId } from '~/ui/copy';
import { lookOf, VerdictShape } from '~/ui/verdict';
import { duration } from '~/ui/words';
import css from './run.module.css';
import { rollbackWords, STOP_LADDER, sentenceOf, stopWords } from './words';

/** The answer first: the verdict as a sentence, why, what to do about it, and the facts in one line. */
export function VerdictHead({ run, versionHref }: { run: Run; versionHref: string | null }) {
  const look = lookOf(run);
  const active = isActive(run);
  return (
    <section className={css.verdict} data-tone={look.tone} aria-label="Verdict">
      <VerdictShape run={run} />
      <div className={css.verdictText}>
        <p className={css.sentence} aria-live="polite" role="status">
          <em>{look.word}.</em> {sentenceOf(run, look.word)}
        </p>
        {active && run.progress.total > 0 && (
          <progress
            className={css.progress}
            max={run.progress.total}
            value={run.progress.done}
            aria-label="Progress of the run"
          />
        )}
        {active && run.stop_requested_at && <StopLadder run={run} />}
        <Notes run={run} />
        <Meta run={run} active={active} versionHref={versionHref} />
      </div>
    </section>
  );
}

/** What the hub says of the verdict, in its own words: what happened, and what to do. */
function Notes({ run }: { run: Run }) {
  if (run.reasons.length + run.warnings.length === 0 && !run.no_experiment) return null;
  const rollbacks = run.plan.filter((one) => one.phase === 'rollbacks').map((one) => one.name);
  const undo = rollbacks.length > 0 && (
    <>
      {' '}
      What would have undone it: <strong>{rollbacks.join(', ')}</strong>.
    </>
  );
  return (
    <ul className={css.notes}>
      {run.reasons.map((note) => (
        <li key={note.code} data-tone="calm">
          <IconInfoCircle size={17} aria-label="Reason" />
          <span>{withCode(note.detail)}</span>
        </li>
      ))}
      {run.no_experiment && (
        <li data-tone="calm">
          <IconInfoCircle size={17} aria-label="Belongs to no experiment" />
          <span>This run belongs to no experiment. {run.no_experiment.detail}</span>
        </li>
      )}
      {run.warnings.map((note) => (
        <li key={note.code} data-tone="warn">
          <IconAlertCircle size={17} aria-label="Warning" />
          <span>
            {withCode(note.detail)}
            {note.code === 'rollbacks-not-played' && undo}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What stands in backticks is a word of Chaos Toolkit, and looks like one. */
function withCode(text: string): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not move
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

function StopLadder({ run }: { run: Run }) {
  const reached = STOP_LADDER.indexOf((run.stop_step ?? 'flag') as (typeof STOP_LADDER)[number]);
  return (
    <div className={css.ladder} role="status">
      <span aria-hidden className={css.rungs}>
        {STOP_LADDER.map((step, index) => (
          <i key={step} data-on={index <= reached || undefined} />
        ))}
      </span>
      {stopWords(run)}
    </div>
  );
}

function Meta({ run, active, versionHref }: { run: Run; active: boolean; versionHref: string | null }) {
  const took = run.duration_ms ?? null;
  return (
    <dl className={css.meta}>
      <Fact name={active ? 'Requested by' : 'Started by'}>{run.started_by}</Fact>
      <Fact name={run.started_at ? 'Started' : 'Requested'}>
        <Ago at={run.started_at ?? run.requested_at} />
      </Fact>
      {active && run.started_at && (
        <Fact name="Elapsed">
          <Elapsed from={run.started_at} />
        </Fact>
      )}
      {took !== null && <Fact name="Took">{duration(took)}</Fact>}
      {run.version != null && (
        <Fact name="Version">{versionHref ? <a href={versionHref}>{run.version}</a> : run.version}</Fact>
      )}
      {run.parameters.length > 0 && (
        <Fact name="Parameters">
          {run.parameters.map((one) => (
            <span key={one.name} className={css.parameter}>
              {one.name} {shown(one.value)}
              {one.default != null && ` (default ${shown(one.default)})`}
            </span>
          ))}
        </Fact>
      )}
      <Fact name="Rollbacks">
        <span
          data-tone={run.rollbacks === 'failed' || run.rollbacks === 'not-played' ? 'warn' : undefined}
          className={css.toned}
        >
          {rollbackWords(run)}
        </span>
      </Fact>
      {run.origin !== 'hub' && (
        <Fact name="From">{run.origin === 'upload' ? 'an uploaded journal' : 'outside ChaosHub'}</Fact>
      )}
      {run.node && <Fact name="Host">{run.node}</Fact>}
      {run.raw_status && run.raw_status !== run.verdict && run.raw_status !== 'completed' && (
        <Fact name="Journal status">{run.raw_status}</Fact>
      )}
      {run.origin === 'upload' ? (
        <Fact name="Evidence">the journal</Fact>
      ) : (
        <Fact name="Events">{run.events}</Fact>
      )}
      <Fact name="Id">
        <ShortId id={run.id} label="Copy the id of the run" />
      </Fact>
    </dl>
  );
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 58)}…` : text;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
