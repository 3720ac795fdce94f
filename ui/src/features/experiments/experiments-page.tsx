import { Badge, Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconFlask, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExperimentSummary } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import { troubleOf } from '~/api/problem';
import { paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { DropZone } from '~/ui/drop-zone';
import { Empty } from '~/ui/empty';
import { PageHead } from '~/ui/page-head';
import tables from '~/ui/table.module.css';
import { Trouble } from '~/ui/trouble';
import { VerdictStrip } from '~/ui/verdict-strip';
import { rememberDraft } from './draft';
import css from './experiments.module.css';
import { readFile } from './read-file';

type SortKey = 'title' | 'updated' | 'run';

/** The experiments of a workspace with their last verdicts; a file dropped anywhere here begins a new one. */
export function ExperimentsPage({
  workspace,
  q,
  canWrite,
}: {
  workspace: string;
  q: string;
  canWrite: boolean;
}) {
  const navigate = useNavigate();
  const list = useQuery(experimentsQuery(workspace, q));
  const trouble = troubleOf(list);
  const seen = trouble ? undefined : list.data;
  const [typed, setTyped] = useState(q);
  const [sort, setSort] = useState<{ by: SortKey; down: boolean }>({ by: 'updated', down: true });
  const search = useDebouncedCallback((text: string) => {
    void navigate({ href: paths.experiments(workspace, text), replace: true });
  }, 150);
  const items = [...(seen?.items.filter((one) => !one.archived) ?? [])].sort(comparing(sort));
  const create = (
    <Button
      component="a"
      href={paths.newExperiment(workspace)}
      leftSection={<IconPlus size={17} aria-hidden />}
    >
      New experiment
    </Button>
  );

  return (
    <DropZone
      label="Drop the experiment here"
      disabled={!canWrite}
      onFile={async (file) => {
        const read = await readFile(file);
        if (!read) return;
        rememberDraft(read);
        void navigate({ href: paths.newExperiment(workspace) });
      }}
    >
      <PageHead
        title="Experiments"
        about="What we believe about our systems, and how we try it."
        actions={canWrite && create}
      />
      {(items.length > 0 || q) && (
        <TextInput
          className={css.search}
          type="search"
          placeholder="Search by title, description or tag"
          aria-label="Search experiments"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value.trim());
          }}
        />
      )}
      <Card flush label="Experiments">
        {list.isPending && <BoneRows label="Loading experiments" />}
        {trouble && <Trouble problem={trouble} onRetry={() => list.refetch()} />}
        {seen && items.length === 0 && (
          <Empty
            icon={IconFlask}
            title={q ? `Nothing is called “${q}”` : 'No experiments yet'}
            action={!q && canWrite ? create : undefined}
          >
            {q
              ? 'Search looks at titles, descriptions and tags.'
              : 'Write one here, paste one, or drop a JSON or YAML file of Chaos Toolkit anywhere on this page.'}
          </Empty>
        )}
        {items.length > 0 && <Table items={items} workspace={workspace} sort={sort} onSort={setSort} />}
      </Card>
    </DropZone>
  );
}

interface Sort {
  by: SortKey;
  down: boolean;
}

function Table(props: {
  items: ExperimentSummary[];
  workspace: string;
  sort: Sort;
  onSort: (sort: Sort) => void;
}) {
  const { items, workspace, sort, onSort } = props;
  const head = (by: SortKey, text: string, className?: string) => (
    <th className={className} aria-sort={sort.by === by ? (sort.down ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        onClick={() => onSort({ by, down: sort.by === by ? !sort.down : by !== 'title' })}
      >
        {text}
        {sort.by === by &&
          (sort.down ? <IconArrowDown size={13} aria-hidden /> : <IconArrowUp size={13} aria-hidden />)}
      </button>
    </th>
  );
  return (
    <div className={tables.scroll}>
      <table className={tables.table} data-hover>
        <thead>
          <tr>
            {head('title', 'Title')}
            {head('run', 'Last ten runs')}
            {head('updated', 'Changed', `${tables.number} ${tables.wideOnly}`)}
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.id}>
              <td>
                <a className={tables.title} href={paths.experiment(workspace, one.id)}>
                  {one.title}
                </a>{' '}
                <span className={css.tags}>
                  {one.tags.map((tag) => (
                    <Badge key={tag} variant="default" size="sm" tt="none" fw={500} c="var(--dim)">
                      {tag}
                    </Badge>
                  ))}
                </span>
                <div className={css.description}>{one.description}</div>
              </td>
              <td className={tables.middle}>
                <VerdictStrip runs={one.last_runs} href={paths.experiment(workspace, one.id, 'runs')} />
              </td>
              <td className={`${tables.number} ${tables.middle} ${tables.wideOnly}`}>
                <Ago at={one.updated_at} />
                <div className={tables.faint}>by {one.updated_by}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function comparing(sort: Sort): (a: ExperimentSummary, b: ExperimentSummary) => number {
  const key = (one: ExperimentSummary) => {
    if (sort.by === 'title') return one.title.toLowerCase();
    return sort.by === 'updated' ? one.updated_at : (one.last_runs[0]?.started_at ?? '');
  };
  const way = sort.down ? -1 : 1;
  return (a, b) => (key(a) < key(b) ? -way : key(a) > key(b) ? way : 0);
}
