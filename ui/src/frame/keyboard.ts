import { useHotkeys } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { paths } from '~/paths';

const TOGETHER_MS = 900; // how soon the second key must follow g

/** The keys that work everywhere. Heard from the first moment on: what they open may still be on its way. */
export function useKeyboard(workspace: string, onHelp: () => void): void {
  useHotkeys([['mod+K', () => spotlight.open()]], []);
  useHotkeys([
    ['shift+?', onHelp],
    ['?', onHelp],
  ]);
  useGoTo(workspace);
}

function useGoTo(workspace: string) {
  const navigate = useNavigate();
  useEffect(() => {
    if (!workspace) return;
    const ways: Record<string, string> = {
      h: paths.home(workspace),
      e: paths.experiments(workspace),
      r: paths.runs(workspace),
      b: paths.hubs(workspace),
    };
    let pressed = 0;
    const key = (event: KeyboardEvent) => {
      const target = event.target;
      const typing =
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const way = ways[event.key];
      if (way && event.timeStamp - pressed < TOGETHER_MS) void navigate({ href: way });
      pressed = event.key === 'g' ? event.timeStamp : 0;
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, [workspace, navigate]);
}
