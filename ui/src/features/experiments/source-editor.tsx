import { Button, FileButton, SegmentedControl, Skeleton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconAlignLeft,
  IconCircleCheck,
  IconCircleX,
  IconUpload,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect, useRef, useState } from 'react';
import type { Check } from '~/api/contract';
import { asProblem } from '~/api/problem';
import { whenReachable } from '~/api/reach';
import { Keys } from '~/ui/keys';
import { TroubleLine } from '~/ui/trouble';
import { counted } from '~/ui/words';
import type { Draft } from './draft';
import css from './experiments.module.css';
import { formatJson } from './format';
import { checkDraft } from './queries';
import { readFile } from './read-file';

const CodeEditor = lazy(() =>
  whenReachable(() => import('./code-editor')).then((module) => ({ default: module.CodeEditor })),
);
const TYPING_MS = 250; // how long a pause in typing must be before the hub is asked

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSave: () => void;
  actions: ReactNode;
  /** When saving was refused because of the problems listed here; 0 when it was not. */
  refused: number;
  /** What an empty editor offers to begin with, YAML. */
  template?: string;
}

/** The source of an experiment with what is wrong with it, checked by the hub while one types. */
export function SourceEditor({ draft, onChange, onSave, actions, refused, template }: Props) {
  const [goTo, setGoTo] = useState<{ line: number } | null>(null);
  const check = useCheck(draft);
  const problems = useDeferredValue(check.data?.problems ?? []);
  const blank = draft.text.trim() === '';
  const firstError = problems.find((problem) => problem.severity === 'error')?.line ?? 1;
  const told = useRef(0);
  useEffect(() => {
    if (refused === told.current) return;
    told.current = refused;
    if (refused > 0) setGoTo({ line: firstError });
  }, [refused, firstError]);

  return (
    <div className={css.editor}>
      <div className={css.bar}>
        <SegmentedControl
          size="xs"
          aria-label="Format"
          data={[
            { value: 'json', label: 'JSON' },
            { value: 'yaml', label: 'YAML' },
          ]}
          value={draft.format}
          onChange={(format) => onChange({ ...draft, format: format as Draft['format'] })}
        />
        <FileButton
          accept=".json,.yaml,.yml,application/json,application/yaml"
          onChange={async (file) => {
            const read = await readFile(file);
            if (read) onChange(read);
          }}
        >
          {(props) => (
            <Button
              {...props}
              variant="subtle"
              color="gray"
              leftSection={<IconUpload size={16} aria-hidden />}
            >
              Choose a file
            </Button>
          )}
        </FileButton>
        {draft.format === 'json' && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconAlignLeft size={16} aria-hidden />}
            disabled={formatJson(draft.text) === null}
            onClick={() => onChange({ ...draft, text: formatJson(draft.text) ?? draft.text })}
          >
            Format
          </Button>
        )}
        <span className={css.grow} />
        <span aria-live="polite">
          {!blank && <CheckLine check={check.data} asking={check.isFetching} refused={refused} />}
          {blank && <span className={css.checking}>Empty: paste or drop an experiment</span>}
        </span>
        {blank && template && (
          <Button variant="default" onClick={() => onChange({ text: template, format: 'yaml' })}>
            Use the template
          </Button>
        )}
        {actions}
      </div>
      <Suspense
        fallback={
          <div className={css.code}>
            <div className={css.loading} role="status" aria-label="Loading the editor">
              <Skeleton height={13} width="30%" mb={9} />
              <Skeleton height={13} width="52%" mb={9} />
              <Skeleton height={13} width="44%" />
            </div>
          </div>
        }
      >
        <CodeEditor
          draft={draft}
          problems={problems}
          goTo={goTo}
          onChange={(text) => onChange({ ...draft, text })}
          onSave={onSave}
        />
      </Suspense>
      <p className={css.hint}>
        <Keys combo="F8" /> next problem
        <Keys combo="Esc" /> then <Keys combo="Tab" /> leaves the editor
      </p>
      {check.isError && !blank && <TroubleLine problem={asProblem(check.error)} />}
      {!blank && problems.length > 0 && (
        <ul className={css.problems} aria-label="Problems">
          {problems.map((problem) => (
            <li key={`${problem.path}-${problem.message}`}>
              <button
                type="button"
                onClick={() => setGoTo({ line: problem.line ?? 1 })}
                data-tone={problem.severity === 'error' ? 'bad' : 'warn'}
              >
                {problem.severity === 'error' ? (
                  <IconCircleX size={16} aria-label="Error" />
                ) : (
                  <IconAlertTriangle size={16} aria-label="Warning" />
                )}
                <span>{problem.message}</span>
                <code>
                  {[problem.path, problem.line != null && `line ${problem.line}`].filter(Boolean).join(', ')}
                </code>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useCheck(draft: Draft) {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), TYPING_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return useQuery({
    queryKey: ['check', settled.format, settled.text],
    queryFn: ({ signal }) => checkDraft(settled, signal),
    enabled: settled.text.trim() !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    staleTime: 60_000,
  });
}

function CheckLine(props: { check: Check | undefined; asking: boolean; refused: number }) {
  const { check, asking, refused } = props;
  if (!check) return asking ? <span className={css.checking}>Checking…</span> : null;
  const errors = check.problems.filter((problem) => problem.severity === 'error').length;
  const warnings = check.problems.length - errors;
  if (errors > 0) {
    return (
      <span key={refused} className={css.verdictBad} data-refused={refused > 0 || undefined}>
        <IconCircleX size={16} aria-hidden /> {refused > 0 && 'Not saved: '}
        {counted(errors, 'error')}
        {warnings > 0 && `, ${counted(warnings, 'warning')}`}
      </span>
    );
  }
  return (
    <span className={css.verdictOk}>
      <IconCircleCheck size={16} aria-hidden /> Valid{warnings > 0 && `, ${counted(warnings, 'warning')}`}
    </span>
  );
}
