import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { activitiesOf, phasesOf } from './activities';
import { readJournal, toldBy } from './journal';

const samples = join(import.meta.dirname, '../../../../services/experiment/tests/samples');
const sample = (name: string) => readJournal(readFileSync(join(samples, `${name}.journal.json`), 'utf8'));
const rowsOf = (name: string) =>
  activitiesOf({ plan: [], state: 'ended' }, toldBy(sample(name)).events).map(
    (row) => `${row.phase} ${row.name} ${row.state} ${row.met}`,
  );

test('nan_is_read_as_nothing_and_left_alone_within_text', () => {
  expect(readJournal('{"a": NaN, "b": [-Infinity, 1], "c": "NaN \\" Infinity"}')).toEqual({
    a: null,
    b: [null, 1],
    c: 'NaN " Infinity',
  });
  expect(toldBy(sample('not-a-number')).events.length).toBeGreaterThan(0);
});

test('an_uploaded_journal_tells_its_activities_as_a_live_run_would', () => {
  expect(rowsOf('deviated')).toEqual([
    'baseline checkout-is-healthy succeeded true',
    'method kill-dependency succeeded null',
    'after checkout-is-healthy succeeded false',
    'rollbacks restore-dependency succeeded null',
  ]);
});

test('what_was_cut_in_a_journal_is_cut_on_the_page', () => {
  expect(rowsOf('interrupted-sigterm').at(-1)).toMatch(/^method long-sleep cut/);
});

test('phases_of_a_journal_know_whether_they_were_met', () => {
  const phases = phasesOf(toldBy(sample('deviated')).events, null);
  expect(phases.map(({ phase, met }) => [phase, met])).toEqual([
    ['baseline', true],
    ['method', null],
    ['after', false],
    ['rollbacks', null],
  ]);
});

test('checks_during_the_method_are_rows_of_their_own', () => {
  const rows = rowsOf('continuous').filter((row) => row.startsWith('during'));
  expect(rows.length).toBeGreaterThan(1);
});
