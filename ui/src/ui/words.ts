// Numbers and times in words. Times are shown in the reader's own zone.

/** 420 ms, 2.4 s, 1 min 12 s, 2 h 5 min. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 2_880) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return `${Math.round(minutes / 1_440)} days`;
}

/** 00:41, 12:05, 1:02:09; the form that may tick without dancing. */
export function stopwatch(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(all / 3_600);
  const rest = `${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** just now, 40 s ago, 18 min ago, 3 h ago, yesterday, 4 days ago, then the date; future times say "in". */
export function ago(at: Date, now: number): string {
  const seconds = Math.round((now - at.getTime()) / 1_000);
  const far = Math.abs(seconds);
  const say = (text: string) => (seconds >= 0 ? `${text} ago` : `in ${text}`);
  if (far < 5) return 'just now';
  if (far < 60) return say(`${far} s`);
  if (far < 3_600) return say(`${Math.floor(far / 60)} min`);
  if (far < 79_200) return say(`${Math.floor(far / 3_600)} h`);
  const days = Math.max(1, Math.round(far / 86_400));
  if (days === 1) return seconds >= 0 ? 'yesterday' : 'tomorrow';
  if (days < 31) return say(`${days} days`);
  return at.toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
}

export function exactly(at: Date): string {
  return at.toLocaleString(undefined, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

export function clock(at: Date): string {
  return at.toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
}

export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  if (count < 1_048_576) return `${(count / 1_024).toFixed(1)} KiB`;
  return `${(count / 1_048_576).toFixed(1)} MiB`;
}

/** 1 run, 2 runs. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function joined(a: number, one: string, b: number, two: string): string {
  return b === 0 ? `${a} ${one}` : `${a} ${one} ${b} ${two}`;
}
