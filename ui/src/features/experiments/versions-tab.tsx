import { Button, SegmentedControl } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Experiment, VersionDetail } from '~/api/contract';
import { versionQuery } from '~/api/experiments';
import { keys } from '~/api/keys';
import { asProblem, troubleOf } from '~/api/problem';
import { paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { useSeparate } from './belonging';
import { diffLines } from './diff';
import css from './experiments.module.css';
import { comparable, readable } from './format';
import { saveExperiment, versionsQuery } from './queries';

const SIGNS = { added: '+ ', removed: '- ', same: '  ', skipped: '  ' } as const;

interface Props {
  experiment: Experiment;
  workspace: string;
  picked: number | undefined;
  canWrite: boolean;
}

/** Every saved change: what it said, what it changed, and the way back to it. */
export function VersionsTab({ experiment, workspace, picked, canWrite }: Props) {
  const versions = useQuery(versionsQuery(experiment.id));
  const number = picked ?? experiment.version;
  const shown = useQuery(versionQuery(experiment.id, number));
  // Numbers may have gaps: a version that was separated has left.
  const before = versions.data?.items.map((one) => one.number).filter((one) => one < number);
  const previousNumber = before && before.length > 0 ? Math.max(...before) : 0;
  const previous = useQuery(versionQuery(experiment.id, previousNumber));

  const trouble = troubleOf(versions);
  if (trouble) return <Trouble problem={trouble} onRetry={() => versions.refetch()} />;
  if (!versions.data) return <BoneRows label="Loading versions" />;
  return (
    <div className={css.versions}>
      <Card title="Versions" flush>
        <ol className={css.versionList} reversed>
          {[...versions.data.items]
            .sort((a, b) => b.number - a.number)
            .map((one) => (
              <li key={one.number}>
                <a
                  href={paths.version(workspace, experiment.id, one.number)}
                  aria-current={one.number === number ? 'true' : undefined}
                >
                  Version {one.number}
                  {one.number === experiment.version && ' (current)'}
                  <br />
                  <span>
                    <Ago at={one.created_at} /> {one.origin === 'outside' ? 'in a run of' : 'by'}{' '}
                    {one.created_by}
                    {one.merged_from && ', merged'}
                  </span>
                </a>
              </li>
            ))}
        </ol>
      </Card>
      {shown.isError && <Trouble problem={asProblem(shown.error)} onRetry={() => shown.refetch()} />}
      {shown.isPending && <BoneRows label="Loading the version" />}
      {shown.data && (
        <Shown
          key={number}
          version={shown.data}
          previous={previous.data}
          experiment={experiment}
          workspace={workspace}
          alone={versions.data.items.length === 1}
          canWrite={canWrite}
        />
      )}
    </div>
  );
}

function Shown(props: {
  version: VersionDetail;
  previous: VersionDetail | undefined;
  experiment: Experiment;
  workspace: string;
  alone: boolean;
  canWrite: boolean;
}) {
  const { version, previous, experiment, workspace, alone, canWrite } = props;
  const apart = useSeparate(workspace);
  const outside = experiment.origin === 'outside';
  const client = useQueryClient();
  const [view, setView] = useState<'changes' | 'source'>(version.number > 1 ? 'changes' : 'source');
  const diff = useMemo(
    () => (previous ? keyed(diffLines(...comparable(previous, version))) : []),
    [previous, version],
  );
  const restore = useMutation({
    mutationFn: () =>
      saveExperiment(experiment.id, { text: version.source, format: version.format }, experiment.version),
    onSuccess: (saved) => {
      client.setQueryData(keys.experiment(saved.id), saved);
      void client.invalidateQueries({ queryKey: keys.versions(saved.id) });
      notifications.show({ message: `Version ${version.number} is back, as version ${saved.version}.` });
    },
  });
  return (
    <Card
      flush
      title={`Version ${version.number}`}
      aside={
        <>
          {previous && (
            <SegmentedControl
              size="xs"
              aria-label="What to show"
              value={view}
              onChange={(next) => setView(next as 'changes' | 'source')}
              data={[
                { value: 'changes', label: previous ? `Changes since ${previous.number}` : 'Changes' },
                { value: 'source', label: 'Source' },
              ]}
            />
          )}
          {canWrite && version.origin === 'outside' && !alone && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => apart.mutate({ id: experiment.id, what: { version: version.number } })}
              loading={apart.isPending}
            >
              Separate its runs
            </Button>
          )}
          {canWrite && !outside && version.number !== experiment.version && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => restore.mutate()}
              loading={restore.isPending}
            >
              Restore as a new version
            </Button>
          )}
        </>
      }
    >
      {restore.isError && <TroubleLine problem={asProblem(restore.error)} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard */}
      <pre className={css.diff} tabIndex={0}>
        {view === 'source' ? (
          <span>{readable(version.source, version.format)}</span>
        ) : diff.length === 0 ? (
          <span>{previous ? 'Nothing changed in the text.' : 'There is no version before it.'}</span>
        ) : (
          diff.map((line) => (
            <span key={line.key} data-kind={line.kind}>
              {SIGNS[line.kind]}
              {line.text}
            </span>
          ))
        )}
      </pre>
    </Card>
  );
}

/** The order is what tells lines apart: the same text may stand in many places. */
function keyed<T extends object>(lines: T[]): (T & { key: number })[] {
  return lines.map((line, key) => ({ ...line, key }));
}
