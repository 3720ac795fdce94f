import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { apply, catchUp } from './apply';
import type { LiveState } from './message';
import { Tabs } from './tabs';

const POLL_MS = 3_000; // only while push is not to be had

interface Live {
  state: LiveState;
  follow: (topic: string) => () => void;
}

const LiveContext = createContext<Live>({ state: 'off', follow: () => () => {} });

/** Opens this browser's share of the stream for whatever the pages below follow. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('off');
  const tabs = useRef<Tabs | null>(null);
  const counts = useRef(new Map<string, number>());

  useEffect(() => {
    const opened = new Tabs({
      message: (message) => apply(client, message),
      state: setState,
      opened: (topics) => catchUp(client, topics),
    });
    tabs.current = opened;
    opened.want([...counts.current.keys()]);
    return () => {
      tabs.current = null;
      opened.leave();
    };
  }, [client]);

  useEffect(() => {
    if (state !== 'polling') return;
    const timer = setInterval(() => void client.invalidateQueries({ type: 'active' }), POLL_MS);
    return () => clearInterval(timer);
  }, [client, state]);

  const live = useMemo<Live>(
    () => ({
      state,
      follow: (topic) => {
        const change = (by: number) => {
          const count = (counts.current.get(topic) ?? 0) + by;
          if (count > 0) counts.current.set(topic, count);
          else counts.current.delete(topic);
          // One reopening for all that a page change brings and takes.
          queueMicrotask(() => tabs.current?.want([...counts.current.keys()]));
        };
        change(1);
        return () => change(-1);
      },
    }),
    [state],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** Keeps a topic flowing while the caller is on screen. */
export function useTopic(topic: string | null): void {
  const { follow } = useContext(LiveContext);
  const kept = useRef(follow);
  kept.current = follow;
  useEffect(() => (topic ? kept.current(topic) : undefined), [topic]);
}

export function useLiveState(): LiveState {
  return useContext(LiveContext).state;
}
