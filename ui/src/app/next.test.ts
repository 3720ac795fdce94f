import { expect, test } from 'vitest';
import { checkedNext } from './next';

const origin = 'https://hub.example.org';

test.each(['/', '/demo/demo', '/demo/demo/runs?state=ended#x', '/demo/sign-in-experiments'])(
  '%s_is_a_place_of_ours',
  (next) => {
    expect(checkedNext(next, origin)).toBe(next);
  },
);

test.each([
  undefined,
  42,
  '',
  'demo/demo',
  'https://evil.example.org/',
  '//evil.example.org/',
  '/\\evil.example.org',
  '/\t/evil.example.org',
  '/.//evil.example.org',
  'javascript:alert(1)',
  '/sign-in?next=/',
  '/api/v1/auth/sign-out',
])('%s_leads_home_instead', (next) => {
  expect(checkedNext(next, origin)).toBe('/');
});
