import { useSyncExternalStore } from 'react';

// One timer a beat for the whole page, however many times are on it.

function beat(everyMs: number) {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  return (listener: () => void) => {
    listeners.add(listener);
    timer ??= setInterval(() => {
      for (const one of listeners) one();
    }, everyMs);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}

const eachSecond = beat(1_000);
const eachQuarter = beat(250); // smooth enough for a bar that grows, cheap enough for a phone
const never = () => () => {};

/** What `read` makes of the time now; the caller draws again only when that changes. */
export function useTime<T extends string | number>(read: (now: number) => T): T {
  return useSyncExternalStore(eachSecond, () => read(Date.now()));
}

/** The time in quarters of a second while `moving`, else a time that stands still. */
export function useMovingTime(moving: boolean): number {
  return useSyncExternalStore(moving ? eachQuarter : never, () =>
    moving ? Math.floor(Date.now() / 250) * 250 : 0,
  );
}
