import { Button, Menu, Modal } from '@mantine/core';
import { IconChevronDown, IconHandStop } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Run } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { stopRun } from '~/api/runs';
import { TroubleLine } from '~/ui/trouble';

/** How wide Stop is at least with all that belongs to it, pixels. */
export const STOP_WIDTH = 154;

/** Stop asks nicely at once; cutting it, which skips rollbacks, is asked twice. */
export function StopButton({ run }: { run: Run }) {
  const client = useQueryClient();
  const [sure, setSure] = useState(false);
  const stop = useMutation({
    mutationFn: (mode: 'graceful' | 'hard') => stopRun(run.id, mode),
    onSuccess: (stopped) => {
      client.setQueryData(keys.run(run.id), stopped);
      setSure(false);
    },
  });
  const asked = run.stop_requested_at != null || run.state === 'stopping';

  return (
    <>
      <Button.Group>
        <Button
          variant="default"
          miw={STOP_WIDTH - 33}
          c="var(--bad)"
          leftSection={<IconHandStop size={17} aria-hidden />}
          onClick={() => stop.mutate('graceful')}
          loading={stop.isPending && stop.variables === 'graceful'}
          disabled={asked}
        >
          {asked ? 'Stopping' : 'Stop'}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px={8} aria-label="More ways to stop">
              <IconChevronDown size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" onClick={() => setSure(true)}>
              Force stop (skip rollbacks)…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
      {stop.isError && !sure && <TroubleLine problem={asProblem(stop.error)} />}
      <Modal opened={sure} onClose={() => setSure(false)} title={`Force stop run ${run.number}?`}>
        <p style={{ marginTop: 0 }}>
          Chaos Toolkit is ended at once. <strong>Rollbacks are not run</strong>, so whatever the method did
          to the system stays until somebody undoes it.
        </p>
        {stop.isError && <TroubleLine problem={asProblem(stop.error)} />}
        <Button.Group mt="md" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={() => setSure(false)} data-autofocus>
            Keep it running
          </Button>
          <Button
            color="red.8"
            autoContrast={false}
            onClick={() => stop.mutate('hard')}
            loading={stop.isPending}
          >
            Force stop
          </Button>
        </Button.Group>
      </Modal>
    </>
  );
}
