import { Anchor, Button, Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Membership } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import { runsCsv } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { useJournalUpload } from '~/app/journal-upload';
import { paths, type RunsSearch } from '~/paths';
import { Card } from '~/ui/card';
import { DropZone } from '~/ui/drop-zone';
import { PageHead } from '~/ui/page-head';
import { VERDICTS } from '~/ui/verdict';
import { RunList } from './run-list';
import css from './runs-page.module.css';

const STATES = [
  { value: '', label: 'All' },
  { value: 'active', label: 'Live' },
  { value: 'ended', label: 'Ended' },
];

const NOT_PASSED = Object.keys(VERDICTS)
  .filter((verdict) => verdict !== 'passed')
  .join(',');

const VERDICT_CHOICES = [
  { value: NOT_PASSED, label: 'Not passed' },
  ...Object.entries(VERDICTS).map(([value, look]) => ({ value, label: look.word })),
];

const TIMES = [
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
];

const ORIGINS = [
  { value: 'hub', label: 'Started here' },
  { value: 'outside', label: 'External' },
  { value: 'upload', label: 'Uploaded' },
];

/** Every run of the workspace; what narrows the list is in the address. */
export function RunsPage({ membership, search }: { membership: Membership; search: RunsSearch }) {
  const workspace = workspaceName(membership);
  const navigate = useNavigate();
  const experiments = useQuery(experimentsQuery(workspace));
  const narrow = (change: RunsSearch) =>
    void navigate({ href: paths.runs(workspace, { ...search, ...change }), replace: true });
  const titles = experiments.data?.items.map((one) => ({ value: one.id, label: one.title })) ?? [];

  const canUpload = may(membership, 'run:ingest');
  const journal = useJournalUpload(workspace);
  const upload = canUpload && (
    <Button
      variant="default"
      leftSection={<IconUpload size={17} aria-hidden />}
      onClick={journal.choose}
      loading={journal.busy}
    >
      Upload journal
    </Button>
  );

  return (
    <DropZone label="Drop the journal here" disabled={!canUpload} onFile={journal.take}>
      <PageHead title="Runs" about="Every run of this workspace, wherever it was started." actions={upload} />
      <search className={css.filters} aria-label="Narrow the runs">
        <SegmentedControl
          size="sm"
          data={STATES}
          value={search.state ?? ''}
          onChange={(state) => narrow({ state: (state || undefined) as RunsSearch['state'] })}
          aria-label="State"
        />
        <TextInput
          type="search"
          placeholder="Title, sentence or #42"
          aria-label="Search runs"
          key={search.text ?? ''}
          defaultValue={search.text ?? ''}
          onBlur={(event) => narrow({ text: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) =>
            event.key === 'Enter' && narrow({ text: event.currentTarget.value.trim() || undefined })
          }
        />
        <Select
          placeholder="Any time"
          aria-label="Started"
          clearable
          data={TIMES}
          value={search.within ?? null}
          onChange={(within) => narrow({ within: (within ?? undefined) as RunsSearch['within'] })}
        />
        <Select
          placeholder="Any origin"
          aria-label="Origin"
          clearable
          data={ORIGINS}
          value={search.origin ?? null}
          onChange={(origin) => narrow({ origin: (origin ?? undefined) as RunsSearch['origin'] })}
        />
        <Select
          placeholder="Any verdict"
          aria-label="Verdict"
          clearable
          data={VERDICT_CHOICES}
          value={search.verdict ?? null}
          onChange={(verdict) => narrow({ verdict: verdict ?? undefined })}
        />
        <Select
          placeholder="Any experiment"
          aria-label="Experiment"
          clearable
          searchable
          data={titles}
          value={search.experiment ?? null}
          onChange={(experiment) => narrow({ experiment: experiment ?? undefined })}
          className={css.wide}
        />
        <Anchor href={runsCsv(workspace, search)} download fz="sm">
          Download CSV
        </Anchor>
        <span className={css.hint}>j, k and Enter move through the list</span>
      </search>
      <Card flush label="Runs">
        <RunList
          workspace={workspace}
          filter={search}
          empty={
            <Group gap={8} justify="center">
              <Button component="a" href={paths.experiments(workspace)}>
                Choose an experiment to run
              </Button>
              {upload}
            </Group>
          }
        />
      </Card>
    </DropZone>
  );
}
