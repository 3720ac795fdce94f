import { expect, test } from 'vitest';
import { againWords, sameAgain } from './again';

test('the_same_again_is_the_version_the_parameters_and_the_rollbacks_of_the_manifest', () => {
  const manifest = {
    parameters: { base_url: 'http://shop' },
    rollback_strategy: 'deviated',
    experiment_digest: 'a',
  };
  expect(sameAgain({ version: 3, manifest }, 'exp_1')).toEqual({
    experiment: 'exp_1',
    version: 3,
    parameters: { base_url: 'http://shop' },
    rollback_strategy: 'deviated',
  });
});

test('a_manifest_that_says_nothing_leaves_everything_to_the_hub', () => {
  expect(sameAgain({ version: null, manifest: {} }, 'exp_1')).toEqual({ experiment: 'exp_1' });
  expect(
    sameAgain({ version: 1, manifest: { parameters: null, rollback_strategy: 'odd' } }, 'exp_1'),
  ).toEqual({
    experiment: 'exp_1',
    version: 1,
  });
});

test('the_tooltip_says_what_will_start', () => {
  expect(
    againWords({ experiment: 'e', version: 3, parameters: { base: '60' }, rollback_strategy: 'always' }),
  ).toBe('Version 3, with base = 60, rollbacks always run');
  expect(againWords({ experiment: 'e' })).toBe('The newest version, no parameters');
});
