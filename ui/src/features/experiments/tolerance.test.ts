import { expect, test } from 'vitest';
import type { Json } from '~/api/contract';
import { toleranceInWords } from './tolerance';

test.each<[Json | undefined, string]>([
  [200, 'expects 200'],
  [true, 'expects true'],
  ['up', 'expects “up”'],
  [[200, 201], 'expects between 200 and 201'],
  [[200, 301, 302], 'expects one of 200, 301, 302'],
  [['a', 'b'], 'expects one of “a”, “b”'],
  [[200], 'expects 200'],
  [{ type: 'range', range: [45, 80], target: 'stdout' }, 'expects between 45 and 80 in its stdout'],
  [{ type: 'regex', pattern: '^ok$' }, 'expects a match of “^ok$”'],
  [
    { type: 'jsonpath', path: '$.replicas', expect: 3, target: 'body' },
    'expects 3 at “$.replicas” in its body',
  ],
  [{ type: 'jsonpath', path: '$.items[*]', count: 1 }, 'expects 1 match at “$.items[*]”'],
  [{ type: 'jsonpath', path: '$.items[*]' }, 'expects a match at “$.items[*]”'],
  [{ type: 'probe', name: 'is-fast', provider: {} }, 'checked by the probe “is-fast”'],
  [{ type: 'moon' }, 'expects {"type":"moon"}'],
  [undefined, 'no tolerance'],
])('%j_is_told_in_words', (tolerance, words) => {
  expect(toleranceInWords(tolerance)).toBe(words);
});

test('where_the_answer_has_a_status_two_numbers_are_a_choice_and_no_range', () => {
  expect(toleranceInWords([200, 299], true)).toBe('expects one of 200, 299');
  expect(toleranceInWords([200], true)).toBe('expects 200');
});
