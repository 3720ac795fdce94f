import { Button, Menu, Tooltip } from '@mantine/core';
import { IconChevronDown, IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { NewRun, Run } from '~/api/contract';
import { experimentQuery } from '~/api/experiments';
import { pressRun, startingQuery } from '~/api/starting';
import { paths } from '~/paths';
import { againWords, sameAgain } from './again';

interface Props {
  run: Run;
  experimentId: string;
  workspace: string;
}

/** What appears is deaf for so long: a click that was meant for what stood there before starts nothing. */
const DEAF_MS = 700;

/** Starts what ran, exactly: version, parameters, rollbacks. A newer version is offered beside it. */
export function RunAgain({ run, experimentId, workspace }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const experiment = useQuery(experimentQuery(experimentId));
  const start = (body: NewRun) => {
    const key = pressRun(body);
    void client.prefetchQuery(startingQuery(key));
    void navigate({ href: paths.startingRun(workspace, key, experimentId) });
  };
  const deaf = useDeaf();
  const [told, setTold] = useState(false);
  const same = sameAgain(run, experimentId);
  const newest = experiment.data?.version ?? 0;
  const newer = run.version != null && newest > run.version;
  const archived = experiment.data?.archived === true;
  const outside = experiment.data?.origin === 'outside';
  const barred = archived || outside;
  const words = archived
    ? 'The experiment is archived; restore it to run it.'
    : outside
      ? 'The experiment is from outside; adopt it to run it here.'
      : `${againWords(same)}.`;

  return (
    <Button.Group>
      <Tooltip label={words} multiline maw={340} opened={told} transitionProps={{ duration: 0 }}>
        <Button
          variant="default"
          // The tooltip opens when the pointer moves over the button, not when the button appears under the pointer.
          onMouseMove={(event) => (event.movementX !== 0 || event.movementY !== 0) && setTold(true)}
          onMouseLeave={() => setTold(false)}
          onFocus={(event) => setTold(event.currentTarget.matches(':focus-visible'))}
          onBlur={() => setTold(false)}
          leftSection={<IconRefresh size={17} aria-hidden />}
          onClick={() => !barred && !deaf && start(same)}
          data-disabled={barred || undefined}
          aria-disabled={barred || deaf || undefined}
          aria-description={words}
        >
          Run again
        </Button>
      </Tooltip>
      {newer && !barred && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px={8} disabled={deaf} aria-label="Run another version">
              <IconChevronDown size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => start({ ...same, version: newest })}>
              Run version {newest}, the newest
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Button.Group>
  );
}

function useDeaf(): boolean {
  const [deaf, setDeaf] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setDeaf(false), DEAF_MS);
    return () => clearTimeout(timer);
  }, []);
  return deaf;
}
