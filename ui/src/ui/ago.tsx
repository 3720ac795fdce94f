import { Tooltip } from '@mantine/core';
import { useTime } from './clock';
import { ago, exactly, stopwatch } from './words';

/** A relative time, with the exact one on hover. */
export function Ago({ at }: { at: string }) {
  const date = new Date(at);
  const text = useTime((now) => ago(date, now));
  return (
    <Tooltip label={exactly(date)}>
      <time dateTime={at}>{text}</time>
    </Tooltip>
  );
}

/** Time since `from`, ticking until `to` is known. */
export function Elapsed({ from, to }: { from: string; to?: string | null }) {
  const text = useTime((now) => stopwatch((to ? Date.parse(to) : now) - Date.parse(from)));
  return <span data-figures>{text}</span>;
}
