import { Modal } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { paths } from '~/paths';
import { Keys } from '~/ui/keys';

const HELP: [string, string][] = [
  ['mod+K', 'Search, or run a command'],
  ['?', 'Show these keys'],
  ['g h', 'Go home'],
  ['g e', 'Go to experiments'],
  ['g r', 'Go to runs'],
  ['g b', 'Go to hubs'],
  ['j k', 'Next and previous in a list of runs'],
  ['Enter', 'Open what is marked'],
  ['mod+S', 'Save what is being edited'],
  ['Esc', 'Close, or leave editing a hub'],
];

/** The keys that work everywhere, and the list of all of them. */
export function Shortcuts({ workspace }: { workspace: string }) {
  const [open, setOpen] = useState(false);
  useHotkeys([['mod+K', () => spotlight.open()]], []);
  useHotkeys([
    ['shift+?', () => setOpen(true)],
    ['?', () => setOpen(true)],
  ]);
  useGoTo(workspace);
  return (
    <Modal opened={open} onClose={() => setOpen(false)} title="Keys" size="sm">
      <dl style={{ display: 'grid', gridTemplateColumns: '110px 1fr', gap: '10px 12px', margin: 0 }}>
        {HELP.map(([combo, does]) => (
          <div key={combo} style={{ display: 'contents' }}>
            <dt>
              <Keys combo={combo} />
            </dt>
            <dd style={{ margin: 0 }}>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

const TOGETHER_MS = 900; // how soon the second key must follow g

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
