import { expect, test } from 'vitest';
import { diffLines } from './diff';

const told = (before: string, after: string) =>
  diffLines(before, after).map((line) => `${line.kind[0]} ${line.text}`);

test('only_what_changed_is_shown_changed', () => {
  expect(told('a\nb\nc', 'a\nB\nc')).toEqual(['s a', 'r b', 'a B', 's c']);
  expect(told('a\nc', 'a\nb\nc')).toEqual(['s a', 'a b', 's c']);
  expect(told('a\nb\nc', 'a\nc')).toEqual(['s a', 'r b', 's c']);
});

test('equal_texts_have_no_lines_to_show', () => {
  expect(diffLines('a\nb', 'a\nb')).toEqual([]);
});

test('long_stretches_without_change_are_folded', () => {
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`);
  const changed = lines.with(15, 'changed');
  const diff = diffLines(lines.join('\n'), changed.join('\n'));
  expect(diff[0]).toEqual({ kind: 'skipped', text: '12 lines unchanged' });
  expect(diff.at(-1)).toEqual({ kind: 'skipped', text: '11 lines unchanged' });
  expect(diff.filter((line) => line.kind === 'added')).toEqual([{ kind: 'added', text: 'changed' }]);
});
