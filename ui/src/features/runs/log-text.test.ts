import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { at, hub } from '../../../test/hub';
import { readLog, wholeLog } from './log-text';

const MIB = 1024 * 1024;
const never = new AbortController().signal;

/** A log as the hub keeps it, in pieces of a mebibyte. */
function keeping(log: string): number[] {
  const asked: number[] = [];
  hub.use(
    http.get(at('/runs/run_1/log'), ({ request }) => {
      const after = Number(new URL(request.url).searchParams.get('after'));
      asked.push(after);
      const piece = log.slice(Math.min(after, log.length), after + MIB);
      const next = String(Math.min(log.length, after + MIB));
      return HttpResponse.text(piece, { headers: { 'x-next': next } });
    }),
  );
  return asked;
}

test('a_live_log_goes_on_where_the_hub_says_whatever_was_masked_in_it', async () => {
  const asked: string[] = [];
  hub.use(
    http.get(at('/runs/run_1/log'), ({ request }) => {
      asked.push(new URL(request.url).searchParams.get('after') ?? '');
      return HttpResponse.text('token=***\n', { headers: { 'x-next': String(asked.length * 100) } });
    }),
  );
  const first = await readLog('run_1', false, undefined, never);
  const second = await readLog('run_1', false, first, never);
  expect(asked).toEqual(['0', '100']);
  expect(second).toEqual({ text: 'token=***\ntoken=***\n', next: 200, cut: false });
});

test('the_log_of_a_run_that_has_ended_is_read_anew', async () => {
  const asked = keeping('all of it\n');
  const old = { text: 'all of', next: 900, cut: false };
  expect(await readLog('run_1', true, old, never)).toEqual({ text: 'all of it\n', next: 10, cut: false });
  expect(asked).toEqual([0]);
});

test('of_a_long_log_the_end_is_shown_and_all_of_it_is_downloaded', async () => {
  const line = `${'x'.repeat(99)}\n`;
  const log = `${line.repeat(30_000)}the last line\n`;
  keeping(log);
  const shown = await readLog('run_1', true, undefined, never);
  expect(shown.cut).toBe(true);
  expect(shown.next).toBe(log.length);
  expect(shown.text.length).toBeLessThanOrEqual(MIB);
  expect(shown.text.startsWith('x'.repeat(99))).toBe(true);
  expect(shown.text.endsWith('the last line\n')).toBe(true);
  expect(await (await wholeLog('run_1')).text()).toBe(log);
});

test('a_live_log_keeps_its_end_and_no_more_than_a_page_can_hold', async () => {
  hub.use(http.get(at('/runs/run_1/log'), () => HttpResponse.text('new\n', { headers: { 'x-next': '9' } })));
  const old = { text: `${'y'.repeat(999)}\n`.repeat(1_100), next: 5, cut: false };
  const read = await readLog('run_1', false, old, never);
  expect(read.text.length).toBeLessThanOrEqual(MIB);
  expect(read.text.endsWith('y\nnew\n')).toBe(true);
  expect(read.cut).toBe(true);
});
