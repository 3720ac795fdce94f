import { Button } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership, Run } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { eventsQuery, isActive, newIdempotencyKey, runQuery, startRun } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { useTopic } from '~/live/provider';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { RunView } from './run-view';
import { StopButton } from './stop-button';

/** A run, the same page while it is live and afterwards. */
export function RunPage({ id, membership }: { id: string; membership: Membership }) {
  useTopic(`run:${id}`);
  const run = useQuery(runQuery(id));
  const events = useQuery(eventsQuery(id));

  if (run.isPending) return <BonePage label="Loading the run" />;
  if (run.isError && !run.data) {
    return (
      <Trouble problem={asProblem(run.error)} onRetry={() => run.refetch()}>
        <Button component="a" variant="default" href={paths.runs(workspaceName(membership))}>
          All runs
        </Button>
      </Trouble>
    );
  }
  return (
    <RunView
      run={run.data}
      events={events.data?.events ?? []}
      workspace={workspaceName(membership)}
      trouble={events.isError ? asProblem(events.error) : null}
      actions={<RunActions run={run.data} membership={membership} />}
    />
  );
}

function RunActions({ run, membership }: { run: Run; membership: Membership }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [key] = useState(newIdempotencyKey);
  const again = useMutation({
    mutationFn: (experiment: string) => startRun({ experiment }, key),
    onSuccess: (started) => {
      client.setQueryData(keys.run(started.id), started);
      return navigate({ href: paths.run(workspaceName(membership), started.id) });
    },
  });
  const experiment = run.experiment_id;
  return (
    <>
      {run.journal && (
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={17} aria-hidden />}
          href={`/api/v1/runs/${run.id}/journal`}
          download={`run-${run.number}-journal.json`}
        >
          Journal
        </Button>
      )}
      {isActive(run) && run.can_stop && may(membership, 'run:stop') && <StopButton run={run} />}
      {!isActive(run) && experiment && may(membership, 'run:start') && (
        <Button
          leftSection={<IconRefresh size={17} aria-hidden />}
          onClick={() => again.mutate(experiment)}
          loading={again.isPending}
        >
          Run again
        </Button>
      )}
      {again.isError && <TroubleLine problem={asProblem(again.error)} />}
    </>
  );
}
