import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

interface Props {
  /** Whether there is something to lose. */
  changed: boolean;
  /** Saves what was written; says whether that worked. */
  save: () => Promise<boolean>;
}

/** Asks before a page with unsaved text is left; the browser asks in its own words where the tab is closed. */
export function LeaveDialog({ changed, save }: Props) {
  const leaving = useBlocker({
    shouldBlockFn: () => changed,
    enableBeforeUnload: changed,
    withResolver: true,
  });
  const stay = () => leaving.reset?.();
  return (
    <Modal opened={leaving.status === 'blocked'} onClose={stay} title="Leave without saving?">
      <p style={{ marginTop: 0 }}>Your text is not saved. If you leave without saving, it is lost.</p>
      <Group justify="flex-end" gap={8} mt="md">
        <Button variant="subtle" color="gray" onClick={() => leaving.proceed?.()}>
          Leave without saving
        </Button>
        <Button variant="default" onClick={stay} data-autofocus>
          Stay
        </Button>
        <Button onClick={async () => ((await save()) ? leaving.proceed?.() : stay())}>Save and leave</Button>
      </Group>
    </Modal>
  );
}
