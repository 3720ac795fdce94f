import { expect, test } from 'vitest';
import type { Json } from '~/api/contract';
import { toleranceInWords } from './tolerance';

test.each<[Json | undefined, string]>([
  [200, 'must answer 200'],
  [true, 'must be true'],
  ['up', 'must be “up”'],
  [[200, 201], 'must be between 200 and 201'],
  [[200, 301, 302], 'must be one of 200, 301, 302'],
  [['a', 'b'], 'must be one of “a”, “b”'],
  [[200], 'must answer 200'],
  [{ type: 'range', range: [45, 80], target: 'stdout' }, 'must be between 45 and 80 in its stdout'],
  [{ type: 'regex', pattern: '^ok$' }, 'must match “^ok$”'],
  [
    { type: 'jsonpath', path: '$.replicas', expect: 3, target: 'body' },
    'must have 3 at “$.replicas” in its body',
  ],
  [{ type: 'jsonpath', path: '$.items[*]', count: 1 }, 'must have 1 match at “$.items[*]”'],
  [{ type: 'jsonpath', path: '$.items[*]' }, 'must have something at “$.items[*]”'],
  [{ type: 'probe', name: 'is-fast', provider: {} }, 'must satisfy the probe “is-fast”'],
  [{ type: 'moon' }, 'must fit {"type":"moon"}'],
  [undefined, 'has no tolerance'],
])('%j_is_told_in_words', (tolerance, words) => {
  expect(toleranceInWords(tolerance)).toBe(words);
});
