import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Membership, Run } from '~/api/contract';
import { asProblem, troubleOf } from '~/api/problem';
import { eventsQuery, isActive, runQuery } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { useTopic } from '~/live/provider';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';
import { journalQuery, MOST_BYTES } from './journal';
import { RunAgain } from './run-again';
import { RunView } from './run-view';
import { STOP_WIDTH, StopButton } from './stop-button';

/** A run, the same page while it is live and afterwards. */
export function RunPage({ id, membership }: { id: string; membership: Membership }) {
  const run = useQuery(runQuery(id));
  const trouble = troubleOf(run);
  useTopic(run.data && !trouble ? `run:${id}` : null);
  const events = useQuery(eventsQuery(id));
  const uploaded = run.data?.origin === 'upload' && (run.data.journal?.bytes ?? 0) <= MOST_BYTES;
  const journal = useQuery({ ...journalQuery(id), enabled: uploaded });

  if (trouble) {
    return (
      <Trouble problem={trouble} onRetry={() => run.refetch()}>
        <Button component="a" variant="default" href={paths.runs(workspaceName(membership))}>
          All runs
        </Button>
      </Trouble>
    );
  }
  if (!run.data) return <BonePage label="Loading the run" />;
  const told = journal.data;
  return (
    <RunView
      run={run.data}
      events={told?.events ?? events.data?.events ?? []}
      document={told?.document}
      pending={uploaded && journal.isPending}
      workspace={workspaceName(membership)}
      trouble={events.isError ? asProblem(events.error) : journal.isError ? asProblem(journal.error) : null}
      actions={<RunActions key={id} run={run.data} membership={membership} />}
    />
  );
}

/** What is in the place of Stop stays there: nothing that does something moves to where Stop was. */
function RunActions({ run, membership }: { run: Run; membership: Membership }) {
  const stoppable = isActive(run) && run.can_stop && may(membership, 'run:stop');
  const [wasStoppable, setWasStoppable] = useState(stoppable);
  if (stoppable && !wasStoppable) setWasStoppable(true);
  return (
    <>
      {!isActive(run) && run.experiment_id && may(membership, 'run:start') && (
        <RunAgain run={run} experimentId={run.experiment_id} workspace={workspaceName(membership)} />
      )}
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
      {stoppable && <StopButton run={run} />}
      {!stoppable && wasStoppable && (
        <Button variant="default" disabled miw={STOP_WIDTH}>
          Ended
        </Button>
      )}
    </>
  );
}
