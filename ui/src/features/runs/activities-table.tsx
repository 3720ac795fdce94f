import { Switch } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { Json } from '~/api/contract';
import { Card } from '~/ui/card';
import { CopyButton } from '~/ui/copy';
import tables from '~/ui/table.module.css';
import { bytes, duration } from '~/ui/words';
import type { ActivityRow } from './activities';
import css from './activities-table.module.css';
import { briefOf, outcomeOf, PHASE_WORDS } from './words';

const MANY = 40; // from here on the table scrolls by itself and can be narrowed to what stands out

/** Everything that was, is or will be done, in order; each line opens to what it answered. */
export function ActivitiesTable({ rows, from }: { rows: ActivityRow[]; from: number | null }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const [narrowed, setNarrowed] = useState(false);
  const many = rows.length > MANY;
  const telling = rows.filter(standsOut);
  const shown = many && narrowed ? telling : rows;
  const done = rows.filter((row) => row.endedAt !== null).length;

  return (
    <Card
      title="Activities"
      aside={
        rows.length > 0 && (
          <span className={css.aside}>
            {many && (
              <Switch
                size="xs"
                label={`Only what stands out (${telling.length})`}
                checked={narrowed}
                onChange={(event) => setNarrowed(event.currentTarget.checked)}
              />
            )}
            {done} of {rows.length} done
          </span>
        )
      }
      flush
    >
      {rows.length === 0 ? (
        <p className={css.none}>Activities appear here as soon as the run tells what it is going to do.</p>
      ) : (
        <section
          className={many ? css.long : tables.scroll}
          aria-label="All activities"
          tabIndex={many ? 0 : undefined}
        >
          <table className={tables.table}>
            <thead>
              <tr>
                <th className={css.at}>At</th>
                <th className={css.phase}>Phase</th>
                <th className={css.activity}>Activity</th>
                <th>Result</th>
                <th className={tables.number}>Took</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Fragment key={row.key}>
                  <Line row={row} from={from} open={open.has(row.key)} onToggle={() => toggle(row.key)} />
                  {open.has(row.key) && (
                    <tr className={css.detail}>
                      <td colSpan={5}>
                        <Output row={row} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}

/** Actions, and whatever did not go as it should: what one looks for among two hundred probes. */
function standsOut(row: ActivityRow): boolean {
  return (
    row.type === 'action' ||
    row.state === 'failed' ||
    row.state === 'cut' ||
    row.state === 'running' ||
    row.met === false
  );
}

function Line(props: { row: ActivityRow; from: number | null; open: boolean; onToggle: () => void }) {
  const { row, from, open, onToggle } = props;
  const outcome = outcomeOf(row);
  const brief = briefOf(row.output);
  const opens = row.error !== null || partsOf(row.output).length > 0;
  return (
    <tr data-quiet={row.startedAt === null || undefined} data-open={open || undefined}>
      <td className={css.at}>
        {row.startedAt !== null && from !== null ? `+${duration(row.startedAt - from)}` : ''}
      </td>
      <td className={css.phase}>{PHASE_WORDS[row.phase]}</td>
      <td>
        <button
          type="button"
          className={css.toggle}
          onClick={onToggle}
          aria-expanded={opens ? open : undefined}
          disabled={!opens}
        >
          <IconChevronRight size={15} className={css.chevron} data-open={open || undefined} aria-hidden />
          <span>
            {row.name}{' '}
            <span className={css.kind}>
              {[row.type, row.provider, row.background ? 'in the background' : ''].filter(Boolean).join(', ')}
            </span>
          </span>
        </button>
      </td>
      <td>
        <span className={css.outcome} data-tone={outcome.tone}>
          {outcome.text}
        </span>{' '}
        {brief ? (
          <span className={css.brief}>{brief}</span>
        ) : (
          row.error && <span className={css.raised}>{row.error.trim().split('\n').at(-1)}</span>
        )}
      </td>
      <td className={tables.number}>{row.tookMs === null ? '' : duration(row.tookMs)}</td>
    </tr>
  );
}

function Output({ row }: { row: ActivityRow }) {
  return (
    <div className={css.output}>
      {row.error && <pre data-tone="bad">{row.error}</pre>}
      {partsOf(row.output).map(({ title, text }) => (
        <div key={title}>
          {title && <h3>{title}</h3>}
          <div className={css.copied}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long output scrolls by keyboard */}
            <pre tabIndex={0}>{text}</pre>
            <span>
              <CopyButton text={text} label={`Copy the ${title.toLowerCase() || 'output'} of ${row.name}`} />
            </span>
          </div>
        </div>
      ))}
      {row.outputTruncated && (
        <p>Shortened here; the whole output has {bytes(row.outputBytes)} and is in the journal.</p>
      )}
    </div>
  );
}

/** What a process printed is read as the lines it printed; everything else as the JSON it is. */
function partsOf(output: Json | undefined): { title: string; text: string }[] {
  if (output === undefined || output === null) return [];
  if (typeof output === 'string') return [{ title: '', text: output }];
  if (typeof output === 'object' && !Array.isArray(output) && typeof output.stdout === 'string') {
    const { stdout, stderr } = output;
    return [
      { title: 'Printed', text: stdout },
      { title: 'Printed as errors', text: typeof stderr === 'string' ? stderr : '' },
    ].filter(({ text }) => text.trim() !== '');
  }
  return [{ title: '', text: JSON.stringify(output, null, 2) }];
}
