import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Verdict } from '~/api/contract';
import { lookOf, VERDICTS, VerdictBadge } from './verdict';
import { VerdictStrip } from './verdict-strip';

const all = Object.keys(VERDICTS) as Verdict[];

test('no_two_verdicts_share_a_word_or_a_shape', () => {
  expect(all).toHaveLength(8);
  expect(new Set(all.map((verdict) => VERDICTS[verdict].word)).size).toBe(8);
  expect(new Set(all.map((verdict) => VERDICTS[verdict].shape)).size).toBe(8);
});

test.each(all)('%s_is_said_in_words_not_only_in_colour', (verdict) => {
  render(<VerdictBadge run={{ state: 'ended', verdict }} />);
  expect(screen.getByText(VERDICTS[verdict].word)).toBeVisible();
});

test('a_run_without_a_verdict_shows_its_state', () => {
  expect(lookOf({ state: 'running' }).word).toBe('Running');
  expect(lookOf({ state: 'stopping', verdict: null }).word).toBe('Stopping');
  expect(lookOf({ state: 'ended', verdict: null }).word).toBe('Ended');
});

test('the_strip_tells_runs_oldest_first_in_words_too', () => {
  const mark = (number: number, verdict: Verdict) => ({
    id: `run_${number}`,
    number,
    state: 'ended' as const,
    verdict,
  });
  render(
    <MantineProvider>
      <VerdictStrip
        runs={[mark(2, 'failed'), mark(1, 'passed')]}
        href="/demo/demo/experiments/exp_1?tab=runs"
      />
    </MantineProvider>,
  );
  const strip = screen.getByRole('link', { name: 'Last 2 runs, oldest first: passed, failed' });
  expect(strip).toHaveAttribute('href', '/demo/demo/experiments/exp_1?tab=runs');
});
