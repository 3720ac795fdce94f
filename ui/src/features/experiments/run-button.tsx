import { ActionIcon, Button, Popover, Radio, Stack, Textarea } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Experiment, JsonObject, RollbackStrategy } from '~/api/contract';
import { pressRun, startingQuery } from '~/api/starting';
import { paths } from '~/paths';

const STRATEGIES: { value: RollbackStrategy; label: string; about: string }[] = [
  { value: 'always', label: 'Always', about: 'Even if the run is stopped or fails.' },
  { value: 'default', label: 'Chaos Toolkit default', about: 'Only if the method completes.' },
  { value: 'deviated', label: 'When it deviated', about: 'Only when the steady state did not hold.' },
  { value: 'never', label: 'Never', about: 'Nothing is undone.' },
];

/** Run: the one filled button. Options are beside it, so that the usual case is one press. */
export function RunButton({ experiment, workspace }: { experiment: Experiment; workspace: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [strategy, setStrategy] = useState<RollbackStrategy>('always');
  const [text, setText] = useState('');
  const parameters = parse(text);
  const run = () => {
    if (parameters === 'wrong') return;
    const key = pressRun({
      experiment: experiment.id,
      rollback_strategy: strategy,
      ...(parameters ? { parameters } : {}),
    });
    void client.prefetchQuery(startingQuery(key)); // on its way before the page is
    void navigate({ href: paths.startingRun(workspace, key, experiment.id) });
  };

  return (
    <Button.Group>
      <Button leftSection={<IconPlayerPlayFilled size={15} aria-hidden />} onClick={run}>
        Run
      </Button>
      <Popover position="bottom-end" width={340} trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon
            variant="filled"
            size={34}
            aria-label="Options of this run"
            style={{ borderStartStartRadius: 0, borderEndStartRadius: 0, marginInlineStart: 1 }}
          >
            <IconAdjustmentsHorizontal size={17} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap={14}>
            <Radio.Group
              label="Run rollbacks"
              value={strategy}
              onChange={(value) => setStrategy(value as RollbackStrategy)}
            >
              <Stack gap={8} mt={8}>
                {STRATEGIES.map((one) => (
                  <Radio
                    key={one.value}
                    value={one.value}
                    label={one.label}
                    description={one.about}
                    size="sm"
                  />
                ))}
              </Stack>
            </Radio.Group>
            <Textarea
              label="Parameters"
              description='Configuration values for this run, as JSON: {"base_url": "http://…"}'
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              error={parameters === 'wrong' ? 'This is not a JSON object.' : undefined}
              autosize
              minRows={2}
              maxRows={8}
              styles={{ input: { fontFamily: 'var(--mono)', fontSize: 12.5 } }}
            />
            <Button
              onClick={run}
              disabled={parameters === 'wrong'}
              leftSection={<IconPlayerPlayFilled size={15} aria-hidden />}
            >
              Run with these options
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Button.Group>
  );
}

function parse(text: string): JsonObject | null | 'wrong' {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : 'wrong';
  } catch {
    return 'wrong';
  }
}
