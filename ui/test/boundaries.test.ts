import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('schema.d.ts'))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));
const importsOf = (text: string) => [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');

/** A path from src/, whether it was written with ~ or relative. */
function resolved(file: string, target: string): string {
  if (target.startsWith('~/')) return target.slice(2);
  return target.startsWith('.') ? relative(source, join(source, file, '..', target)) : target;
}

test('features_do_not_know_each_other', () => {
  const wrong = files.flatMap(({ name, text }) => {
    const own = /^features\/([^/]+)\//.exec(name)?.[1];
    if (!own) return [];
    return importsOf(text)
      .map((target) => resolved(name, target))
      .filter((target) => /^features\//.test(target) && !target.startsWith(`features/${own}/`))
      .map((target) => `${name} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('what_draws_knows_neither_router_nor_query_nor_features', () => {
  const wrong = files
    .filter(({ name }) => name.startsWith('ui/'))
    .flatMap(({ name, text }) =>
      importsOf(text)
        .filter((target) => /tanstack|~\/(features|live|frame|routes|app)/.test(target))
        .map((target) => `${name} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test('addresses_are_written_only_in_the_path_builder', () => {
  const wrong = files
    .filter(
      ({ name, text }) =>
        !/^(paths|routes)/.test(name) &&
        !name.includes('.test.') &&
        /href="\/[a-z]|href=\{`\/(?!api)/.test(text),
    )
    .map(({ name }) => name);
  expect(wrong).toEqual([]);
});

test('no_file_is_longer_than_one_can_read_at_once', () => {
  expect(files.filter(({ text }) => text.split('\n').length > 400).map(({ name }) => name)).toEqual([]);
});
