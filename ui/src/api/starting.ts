import { queryOptions } from '@tanstack/react-query';
import type { NewRun } from './contract';
import { keys } from './keys';
import { applyRun } from './run-cache';
import { newIdempotencyKey, startRun } from './runs';

const pressed = new Map<string, NewRun>();

/** Remembers a press of Run under a new key, which the run page then turns into a run; beside a live run it asks first. */
export function pressRun(body: NewRun): string {
  const key = newIdempotencyKey();
  pressed.set(key, { overlap: 'refuse', ...body });
  return key;
}

/** What was pressed under a key; nothing after the page was loaded anew. */
export function pressedUnder(key: string): NewRun | undefined {
  return pressed.get(key);
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
    retryOnMount: false, // what was refused is asked again only by a person
  });
