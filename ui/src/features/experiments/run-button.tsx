import { ActionIcon, Button, Popover, Radio, Stack } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Experiment, RollbackStrategy } from '~/api/contract';
import { pressRun, startingQuery } from '~/api/starting';
import { paths } from '~/paths';
import { ParametersForm, type Typed, valuesOf } from './parameters-form';

const STRATEGIES: { value: RollbackStrategy; label: string; about: string }[] = [
  { value: 'always', label: 'Always', about: 'Even if the run is stopped or fails.' },
  { value: 'default', label: 'Chaos Toolkit default', about: 'Only if the method completes.' },
  { value: 'deviated', label: 'When it deviated', about: 'Only if the steady state did not hold.' },
  { value: 'never', label: 'Never', about: 'Nothing is undone.' },
];

/** Run: the one filled button. Options are beside it, so that the usual case is one press. */
export function RunButton({ experiment, workspace }: { experiment: Experiment; workspace: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [strategy, setStrategy] = useState<RollbackStrategy>('always');
  const [typed, setTyped] = useState<Typed>({});
  const { values, wrong } = valuesOf(experiment.parameters, typed);
  const ready = Object.keys(wrong).length === 0;
  const run = () => {
    if (!ready) return;
    const key = pressRun({
      experiment: experiment.id,
      rollback_strategy: strategy,
      ...(Object.keys(values).length > 0 ? { parameters: values } : {}),
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
          <Stack gap={14} mah="70dvh" style={{ overflowY: 'auto' }}>
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
            <ParametersForm parameters={experiment.parameters} typed={typed} onChange={setTyped} />
            <Button
              onClick={run}
              disabled={!ready}
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
