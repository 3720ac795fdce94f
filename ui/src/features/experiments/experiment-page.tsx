import { ActionIcon, Badge, Button, Group, Menu, Tabs } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconArchiveOff, IconCopy, IconDots, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Experiment, Membership } from '~/api/contract';
import { experimentQuery } from '~/api/experiments';
import { keys } from '~/api/keys';
import { asProblem, troubleOf } from '~/api/problem';
import { may, workspaceName } from '~/api/session';
import { type ExperimentTab, paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { BonePage } from '~/ui/bones';
import { PageHead } from '~/ui/page-head';
import { save } from '~/ui/save';
import { Trouble } from '~/ui/trouble';
import { VerdictStrip } from '~/ui/verdict-strip';
import { AdoptButton, BelongingItems, MergeDialog, OutsideMark, useSeparate } from './belonging';
import { rememberDraft } from './draft';
import { EditTab } from './edit-tab';
import css from './experiments.module.css';
import { Overview } from './overview';
import { archiveExperiment, restoreExperiment } from './queries';
import { RunButton } from './run-button';
import { VersionsTab } from './versions-tab';

interface Props {
  id: string;
  membership: Membership;
  tab: ExperimentTab;
  version: number | undefined;
  /** The list of its runs, which another feature draws. */
  runs: ReactNode;
}

export function ExperimentPage({ id, membership, tab, version, runs }: Props) {
  const navigate = useNavigate();
  const workspace = workspaceName(membership);
  const query = useQuery(experimentQuery(id));
  const canWrite = may(membership, 'experiment:write');

  const trouble = troubleOf(query);
  if (trouble) {
    return (
      <Trouble problem={trouble} onRetry={() => query.refetch()}>
        <Button component="a" variant="default" href={paths.experiments(workspace)}>
          All experiments
        </Button>
      </Trouble>
    );
  }
  if (!query.data) return <BonePage label="Loading the experiment" />;
  const experiment = query.data;
  const outside = experiment.origin === 'outside';
  if (experiment.merged_into)
    return <MergedAway experiment={experiment} workspace={workspace} canWrite={canWrite} />;
  return (
    <>
      <PageHead
        title={
          <>
            <span className={css.heading} title={experiment.title.length > 80 ? experiment.title : undefined}>
              {experiment.title}
            </span>{' '}
            {outside && <OutsideMark />} {experiment.archived && <Badge variant="default">archived</Badge>}
          </>
        }
        about={experiment.description}
        actions={
          <>
            <VerdictStrip runs={experiment.last_runs} href={paths.experiment(workspace, id, 'runs')} />
            <More experiment={experiment} workspace={workspace} canWrite={canWrite} />
            {outside && canWrite && <AdoptButton experiment={experiment} />}
            {may(membership, 'run:start') && !experiment.archived && !outside && (
              <RunButton experiment={experiment} workspace={workspace} />
            )}
          </>
        }
      />
      <Tabs
        className={css.tabs}
        value={tab}
        onChange={(next) =>
          next && void navigate({ href: paths.experiment(workspace, id, next as ExperimentTab) })
        }
        keepMounted={false}
      >
        <Tabs.List mb={16}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          {canWrite && !outside && <Tabs.Tab value="edit">Edit</Tabs.Tab>}
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <span className={css.changed}>
            Version {experiment.version}, {outside ? 'first seen' : 'changed'}{' '}
            <Ago at={experiment.updated_at} /> {outside ? 'in a run of' : 'by'} {experiment.updated_by}
          </span>
        </Tabs.List>
        <Tabs.Panel value="overview">
          {outside && (
            <p className={css.origin}>
              Runs from outside made this experiment: a laptop or pipeline reported them, or somebody uploaded
              their journals. It is read-only here.{' '}
              {canWrite
                ? 'Adopt it to edit it and run it from this page.'
                : 'An editor can adopt it to run it from this page.'}
            </p>
          )}
          <Overview experiment={experiment} />
        </Tabs.Panel>
        <Tabs.Panel value="edit">
          {canWrite && !outside && <EditTab key={id} experiment={experiment} />}
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsTab experiment={experiment} workspace={workspace} picked={version} canWrite={canWrite} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">{runs}</Tabs.Panel>
      </Tabs>
    </>
  );
}

function More({
  experiment,
  workspace,
  canWrite,
}: {
  experiment: Experiment;
  workspace: string;
  canWrite: boolean;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [merging, setMerging] = useState(false);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: keys.experiment(experiment.id) });
    void client.invalidateQueries({ queryKey: ['experiments'] });
  };
  const fail = (cause: unknown) =>
    notifications.show({ color: 'red', title: asProblem(cause).title, message: asProblem(cause).detail });
  const restore = useMutation({
    mutationFn: () => restoreExperiment(experiment.id),
    onSuccess: refresh,
    onError: fail,
  });
  const archive = useMutation({
    mutationFn: () => archiveExperiment(experiment.id),
    onSuccess: () => {
      refresh();
      notifications.show({
        message: (
          <>
            Archived “{experiment.title}”; its runs stay.{' '}
            <Button variant="subtle" size="compact-sm" onClick={() => restore.mutate()}>
              Undo
            </Button>
          </>
        ),
        autoClose: 10_000,
      });
      return navigate({ href: paths.experiments(workspace) });
    },
    onError: fail,
  });
  const { source, format } = experiment;
  const download = () => save(new Blob([source], { type: `application/${format}` }), `experiment.${format}`);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={34} aria-label="More to do with this experiment">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={download}>
            Download the source
          </Menu.Item>
          {canWrite && (
            <Menu.Item
              leftSection={<IconCopy size={16} />}
              onClick={() => {
                rememberDraft({ text: experiment.source, format: experiment.format });
                void navigate({ href: paths.newExperiment(workspace) });
              }}
            >
              Duplicate
            </Menu.Item>
          )}
          {canWrite && (
            <BelongingItems experiment={experiment} workspace={workspace} onMerge={() => setMerging(true)} />
          )}
          {canWrite && !experiment.archived && (
            <Menu.Item leftSection={<IconArchive size={16} />} onClick={() => archive.mutate()}>
              Archive
            </Menu.Item>
          )}
          {canWrite && experiment.archived && (
            <Menu.Item leftSection={<IconArchiveOff size={16} />} onClick={() => restore.mutate()}>
              Restore
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <MergeDialog
        experiment={experiment}
        workspace={workspace}
        opened={merging}
        onClose={() => setMerging(false)}
      />
    </>
  );
}

/** Its old address says where its runs are now. */
function MergedAway(props: { experiment: Experiment; workspace: string; canWrite: boolean }) {
  const { experiment, workspace, canWrite } = props;
  const apart = useSeparate(workspace);
  return (
    <>
      <PageHead title={<span className={css.heading}>{experiment.title}</span>} />
      <p className={css.origin}>
        This experiment was merged into another one, which has its runs and versions now.
      </p>
      <Group gap={8}>
        <Button component="a" href={paths.experiment(workspace, experiment.merged_into ?? '')}>
          Go to that experiment
        </Button>
        {canWrite && (
          <Button
            variant="default"
            loading={apart.isPending}
            onClick={() => apart.mutate({ id: experiment.id, what: {} })}
          >
            Separate again
          </Button>
        )}
      </Group>
    </>
  );
}
