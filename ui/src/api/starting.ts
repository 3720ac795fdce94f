import { queryOptions } from '@tanstack/react-query';
import type { NewRun } from './contract';
import { keys } from './keys';
import { applyRun } from './run-cache';
import { newIdempotencyKey, startRun } from './runs';

const pressed = new Map<string, NewRun>();

/** Remembers a press of Run under a new key, which the run page then turns into a run. */
export function pressRun(body: NewRun): string {
  const key = newIdempotencyKey();
  pressed.set(key, body);
  return key;
}

export function wasPressed(key: string): boolean {
  return pressed.has(key);
}

/** Starts what was pressed; asking again with the same key starts nothing twice. */
export const startingQuery = (key: string) =>
  queryOptions({
    queryKey: ['starting', key],
    queryFn: async ({ client }) => {
      const body = pressed.get(key);
      if (!body) throw new Error('nothing was pressed under this key');
      const run = await startRun(body, key);
      client.setQueryData(keys.run(run.id), run);
      applyRun(client, run);
      return run;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
