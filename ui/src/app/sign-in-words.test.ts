import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saidOf } from './sign-in-words';

test('every_way_in_which_a_provider_may_fail_has_words_and_a_way_out', () => {
  const rules = join(import.meta.dirname, '../../../services/auth/src');
  const read = (name: string) => readFileSync(join(rules, name), 'utf8');
  const source = ['service/outside.rs', 'service/sign_up.rs', 'service/providers/mod.rs', 'http/providers.rs']
    .map(read)
    .join('\n');
  const codes = [
    ...source.matchAll(/"((?:provider|sign-in|sign-up|email|invitation|setup|unknown)-[a-z-]+)"/g),
  ];
  const named = new Set(codes.map((match) => match[1] ?? '').filter((code) => code !== 'sign-in-again'));
  expect(named.size).toBeGreaterThan(9);
  for (const code of named) {
    expect(saidOf(code, 'GitHub').title, code).not.toBe('Signing in did not work');
    expect(saidOf(code, 'GitHub').detail).toMatch(/\.$/);
  }
  expect(saidOf('__proto__', 'GitHub').title).toBe('Signing in did not work');
});
