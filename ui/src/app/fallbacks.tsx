import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { asProblem } from '~/api/problem';
import { Empty } from '~/ui/empty';
import { Trouble } from '~/ui/trouble';

export function MissingPage() {
  return (
    <Empty
      icon={IconMapOff}
      title="There is no such page"
      action={
        <Button component="a" href="/" variant="default">
          Go home
        </Button>
      }
    >
      The address may be mistyped, what it named may be gone, or it is in a workspace that you may not see.
    </Empty>
  );
}

export function BrokenPage({ error, reset }: ErrorComponentProps) {
  return <Trouble problem={asProblem(error)} onRetry={reset} />;
}
