import type { Plugin } from 'vite';
export function pretendHub(): Plugin {
  return { name: 'pretend-hub' };
}
