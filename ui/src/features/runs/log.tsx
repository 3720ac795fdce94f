import { ActionIcon, Switch, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { save } from '~/ui/save';
import { TroubleLine } from '~/ui/trouble';
import { bytes } from '~/ui/words';
import css from './log.module.css';
import { type LogText, readLog, wholeLog } from './log-text';

const LOOK_AGAIN_MS = 1_000; // the log is a file on the runner, not part of the stream

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with the escape character
const COLOURS = /\u001b\[[0-9;]*m/g;

/** What Chaos Toolkit printed, docked under the activities; follows its end until one scrolls up. */
export function RunLog({ id, active }: { id: string; active: boolean }) {
  const [open, setOpen] = useState(true);
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLPreElement>(null);
  const log = useQuery({
    queryKey: keys.log(id),
    queryFn: ({ client, signal }) => readLog(id, !active, client.getQueryData<LogText>(keys.log(id)), signal),
    enabled: open,
    refetchInterval: active && open ? LOOK_AGAIN_MS : false,
    refetchOnWindowFocus: active,
  });
  const download = useMutation({
    mutationFn: () => wholeLog(id),
    onSuccess: (whole) => save(whole, `${id}.log`),
  });
  const trouble = download.error ?? (log.data ? null : log.error);
  const text = log.data?.text ?? '';
  const blank = active ? 'Nothing printed yet.' : log.data ? 'This run left no log.' : '';
  const lines = useMemo(() => linesOf(text), [text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves when the text does
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, follow, open]);

  // The last lines are often written after the run has ended for us.
  const { refetch } = log;
  useEffect(() => {
    if (!active) void refetch();
  }, [active, refetch]);

  const scrolled = () => {
    const pre = box.current;
    if (pre) setFollow(pre.scrollHeight - pre.scrollTop - pre.clientHeight < 24);
  };

  return (
    <section className={css.dock} aria-label="Log" data-open={open || undefined}>
      <header>
        <h2>Log</h2>
        <span className={css.size}>{log.data && log.data.next > 0 ? bytes(log.data.next) : ''}</span>
        {open && active && (
          <Switch
            size="xs"
            label="Follow"
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
        )}
        <Tooltip label="Download the log">
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => download.mutate()}
            loading={download.isPending}
            aria-label="Download the log"
          >
            <IconDownload size={17} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => setOpen(!open)}
          aria-expanded={open}
          aria-label={open ? 'Close the log' : 'Open the log'}
        >
          {open ? <IconChevronDown size={17} /> : <IconChevronUp size={17} />}
        </ActionIcon>
      </header>
      {trouble && <TroubleLine problem={asProblem(trouble)} />}
      {open && log.data?.cut && <p className={css.cut}>The end of it; all of it comes with the download.</p>}
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard
        <pre ref={box} tabIndex={0} onScroll={scrolled} className={css.text}>
          {text ? (
            lines.map((line) => <LogLine key={line.at} line={line.text} />)
          ) : (
            <span className={css.none}>{blank}</span>
          )}
        </pre>
      )}
    </section>
  );
}

function LogLine({ line }: { line: string }) {
  const level = /\b(ERROR|CRITICAL|WARNING|DEBUG)\b/.exec(line)?.[1];
  return <span data-level={level?.toLowerCase()}>{`${line}\n`}</span>;
}

/** Lines with where they begin, which never changes in a text that only grows. */
function linesOf(text: string): { at: number; text: string }[] {
  let at = 0;
  return text
    .replaceAll(COLOURS, '')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const found = { at, text: line };
      at += line.length + 1;
      return found;
    });
}
