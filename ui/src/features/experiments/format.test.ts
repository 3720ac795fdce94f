import { expect, test } from 'vitest';
import { diffLines } from './diff';
import { comparable, formatJson, readable } from './format';

test('only_white_space_changes', () => {
  const text = '{"a":[1.0,1e3,{"b":"x, y: {z}\\""}],"empty":{},"none":[],"big":12345678901234567890}';
  const laid = formatJson(text) ?? '';
  expect(laid.split('\n')).toEqual([
    '{',
    '  "a": [',
    '    1.0,',
    '    1e3,',
    '    {',
    '      "b": "x, y: {z}\\""',
    '    }',
    '  ],',
    '  "empty": {},',
    '  "none": [],',
    '  "big": 12345678901234567890',
    '}',
    '',
  ]);
  expect(formatJson(laid)).toBe(laid);
  expect(formatJson('{"a":')).toBeNull();
});

test('what_came_in_one_line_is_laid_out_and_what_a_person_wrote_is_not', () => {
  expect(readable('{"a":1}', 'json')).toBe('{\n  "a": 1\n}\n');
  const written = '{\n    "a": 1,\n    "b": 2\n}\n';
  expect(readable(written, 'json')).toBe(written);
  expect(readable('a: 1', 'yaml')).toBe('a: 1');
  expect(readable('not json', 'json')).toBe('not json');
});

test('a_minified_version_is_compared_by_what_it_says', () => {
  const [before, after] = comparable(
    { source: '{"a":1,"b":2}', format: 'json' },
    { source: '{\n    "a": 1,\n    "b": 3\n}', format: 'json' },
  );
  const changed = diffLines(before, after).filter((line) => line.kind === 'added' || line.kind === 'removed');
  expect(changed.map((line) => line.text.trim())).toEqual(['"b": 2', '"b": 3']);
});
