import { Badge, Button, Group, Menu, Modal, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowMerge, IconArrowsSplit, IconHeartHandshake } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Experiment } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { paths } from '~/paths';
import { TroubleLine } from '~/ui/trouble';
import { adoptExperiment, mergeExperiment, separate } from './queries';

/** The quiet sign of an experiment that runs from outside made. */
export function OutsideMark() {
  return (
    <Badge variant="default" size="sm" tt="none" fw={500} c="var(--dim)" style={{ flexShrink: 0 }}>
      from outside
    </Badge>
  );
}

/** Everything that may show an experiment or where runs belong is read again. */
function useRefresh() {
  const client = useQueryClient();
  return (experiment?: Experiment) => {
    if (experiment) client.setQueryData(keys.experiment(experiment.id), experiment);
    for (const queryKey of [['experiments'], ['experiment'], ['runs'], ['run']])
      void client.invalidateQueries({ queryKey });
  };
}

function useFailed() {
  return (cause: unknown) => {
    const problem = asProblem(cause);
    notifications.show({ color: 'red', title: problem.title, message: problem.detail });
  };
}

/** In the place of Run: nothing is run or edited here before somebody has taken it over. */
export function AdoptButton({ experiment }: { experiment: Experiment }) {
  const [open, setOpen] = useState(false);
  const refresh = useRefresh();
  const adopt = useMutation({
    mutationFn: () => adoptExperiment(experiment.id),
    onSuccess: (adopted) => {
      refresh(adopted);
      setOpen(false);
      notifications.show({ message: 'Adopted. You can edit and run it here now.' });
    },
  });
  const masked = JSON.stringify(experiment.document).includes('[redacted]');
  return (
    <>
      <Button leftSection={<IconHeartHandshake size={17} aria-hidden />} onClick={() => setOpen(true)}>
        Adopt
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Adopt this experiment" centered>
        <Text mb={10}>
          From now on people edit and run it here. Its runs and versions stay, and runs of the same document
          from outside keep joining it.
        </Text>
        <Text mb={10} c="var(--dim)">
          A document that is changed outside later begins a new experiment from outside: runs never change the
          text that you adopt.
        </Text>
        {masked && (
          <Text mb={10} fw={550}>
            Secret values were masked before they came here. Set them in Edit before you run it.
          </Text>
        )}
        {adopt.isError && <TroubleLine problem={asProblem(adopt.error)} />}
        <Group justify="flex-end" gap={8} mt={16}>
          <Button variant="default" onClick={() => setOpen(false)}>
            Cancel
          </Button>
          <Button onClick={() => adopt.mutate()} loading={adopt.isPending} data-autofocus>
            Adopt
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** Gives the runs of an experiment from outside to another one, which the person chooses. */
export function MergeDialog(props: {
  experiment: Experiment;
  workspace: string;
  opened: boolean;
  onClose: () => void;
}) {
  const { experiment, workspace, opened, onClose } = props;
  const navigate = useNavigate();
  const refresh = useRefresh();
  const failed = useFailed();
  const [into, setInto] = useState<string | null>(null);
  const others = useQuery({ ...experimentsQuery(workspace), enabled: opened });
  const choices = (others.data?.items ?? [])
    .filter((one) => one.id !== experiment.id)
    .map((one) => ({
      value: one.id,
      label: `${one.title.slice(0, 120)}${one.origin === 'outside' ? ' (from outside)' : ''}`,
    }));
  const undo = useMutation({
    mutationFn: () => separate(experiment.id, {}),
    onSuccess: (back) => {
      refresh(back);
      return navigate({ href: paths.experiment(workspace, back.id) });
    },
    onError: failed,
  });
  const merge = useMutation({
    mutationFn: (target: string) => mergeExperiment(experiment.id, target),
    onSuccess: (target) => {
      refresh(target);
      onClose();
      notifications.show({
        message: (
          <>
            Merged; the runs are here now.{' '}
            <Button variant="subtle" size="compact-sm" onClick={() => undo.mutate()}>
              Undo
            </Button>
          </>
        ),
        autoClose: 10_000,
      });
      return navigate({ href: paths.experiment(workspace, target.id, 'runs') });
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="Merge into another experiment" centered>
      <Text mb={10}>
        All its runs and versions move to the experiment that you choose, and later runs of the same document
        go there. What that experiment shows and runs does not change.
      </Text>
      <Select
        label="Merge into"
        placeholder={others.isPending ? 'Loading' : 'Choose an experiment'}
        searchable
        data={choices}
        value={into}
        onChange={setInto}
        nothingFoundMessage="No other experiment is called so"
        data-autofocus
      />
      <Text mt={10} c="var(--dim)" size="sm">
        You can undo it at any time: “Separate” in the menu of that experiment.
      </Text>
      {merge.isError && <TroubleLine problem={asProblem(merge.error)} />}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={!into} loading={merge.isPending} onClick={() => into && merge.mutate(into)}>
          Merge
        </Button>
      </Group>
    </Modal>
  );
}

/** In the menu: merging one from outside, and taking back what was merged into this one. */
export function BelongingItems(props: { experiment: Experiment; workspace: string; onMerge: () => void }) {
  const { experiment, workspace, onMerge } = props;
  const apart = useSeparate(workspace);
  return (
    <>
      {experiment.origin === 'outside' && (
        <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={onMerge}>
          Merge into…
        </Menu.Item>
      )}
      {experiment.merged.map((one) => (
        <Menu.Item
          key={one.id}
          leftSection={<IconArrowsSplit size={16} />}
          onClick={() => apart.mutate({ id: one.id, what: {} })}
          maw={320}
        >
          Separate “{one.title.length > 40 ? `${one.title.slice(0, 40)}…` : one.title}”
        </Menu.Item>
      ))}
    </>
  );
}

interface Apart {
  id: string;
  what: { version?: number; run?: string };
}

/** Takes runs out of an experiment and goes to the one that has them then. */
export function useSeparate(workspace: string) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const failed = useFailed();
  return useMutation({
    mutationFn: ({ id, what }: Apart) => separate(id, what),
    onSuccess: (made, { id, what }) => {
      refresh(made);
      const again = () =>
        mergeExperiment(made.id, id)
          .then((target) => {
            refresh(target);
            return navigate({ href: paths.experiment(workspace, target.id) });
          })
          .catch(failed);
      notifications.show({
        message: (
          <>
            Separated: these runs are in an experiment of their own.
            {Object.keys(what).length > 0 && (
              <Button variant="subtle" size="compact-sm" onClick={() => void again()}>
                Undo
              </Button>
            )}
          </>
        ),
        autoClose: 10_000,
      });
      return navigate({ href: paths.experiment(workspace, made.id) });
    },
    onError: failed,
  });
}
