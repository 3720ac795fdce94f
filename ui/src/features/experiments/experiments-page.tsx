import { Badge, Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconFlask, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExperimentSummary } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import { troubleOf } from '~/api/problem';
import { type ExperimentsSearch, paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import { DropZone } from '~/ui/drop-zone';
import { Empty } from '~/ui/empty';
import { PageHead } from '~/ui/page-head';
import tables from '~/ui/table.module.css';
import { Trouble } from '~/ui/trouble';
import { VerdictStrip } from '~/ui/verdict-strip';
import { OutsideMark } from './belonging';
import { rememberDraft } from './draft';
import css from './experiments.module.css';
import { readFile } from './read-file';

const WHICH = [
  { value: '', label: 'All' },
  { value: 'hub', label: 'Written here' },
  { value: 'outside', label: 'From outside' },
  { value: 'only', label: 'Archived' },
];

const NONE = {
  '': 'No experiments yet',
  hub: 'Nothing was written here yet',
  outside: 'No experiments from outside',
  only: 'Nothing is archived',
};

const ABOUT = {
  '': '',
  hub: 'Experiments that people write and run here appear in this list.',
  outside: 'The first run of a document that a laptop or pipeline reports makes its experiment here.',
  only: 'Archived experiments keep their runs, and can be restored.',
};

type SortKey = 'title' | 'updated' | 'run';

/** The experiments of a workspace with their last verdicts; a file dropped anywhere here begins a new one. */
export function ExperimentsPage({
  workspace,
  q,
  search: narrowed,
  canWrite,
}: {
  workspace: string;
  q: string;
  /** Which of them, from the address. */
  search: ExperimentsSearch;
  canWrite: boolean;
}) {
  const navigate = useNavigate();
  const list = useQuery(experimentsQuery(workspace, q, narrowed));
  const trouble = troubleOf(list);
  const seen = trouble ? undefined : list.data;
  const [typed, setTyped] = useState(q);
  const [sort, setSort] = useState<{ by: SortKey; down: boolean }>({ by: 'updated', down: true });
  const search = useDebouncedCallback((text: string) => {
    void navigate({ href: paths.experiments(workspace, text, narrowed), replace: true });
  }, 150);
  const filter = (next: ExperimentsSearch) =>
    void navigate({ href: paths.experiments(workspace, q, next), replace: true });
  const which = narrowed.archived ?? narrowed.origin ?? '';
  const isNarrowed = q !== '' || Object.keys(narrowed).length > 0;
  const items = [...(seen?.items ?? [])].sort(comparing(sort));
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
      {(items.length > 0 || isNarrowed) && (
        <search className={css.filters} aria-label="Narrow the experiments">
          <TextInput
            className={css.search}
            type="search"
            placeholder="Search by title or tag"
            aria-label="Search experiments"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              search(event.currentTarget.value.trim());
            }}
          />
          <SegmentedControl
            size="sm"
            aria-label="Which experiments"
            data={WHICH}
            value={which}
            onChange={(next) =>
              filter(next === 'only' ? { archived: next } : next ? { origin: next as 'hub' | 'outside' } : {})
            }
          />
        </search>
      )}
      <Card flush label="Experiments">
        {list.isPending && <BoneRows label="Loading experiments" />}
        {trouble && <Trouble problem={trouble} onRetry={() => list.refetch()} />}
        {seen && items.length === 0 && (
          <Empty
            icon={IconFlask}
            title={q ? `Nothing is called “${q.length > 80 ? `${q.slice(0, 80)}…` : q}”` : NONE[which]}
            action={!isNarrowed && canWrite ? create : undefined}
          >
            {q
              ? 'Search looks at titles and tags.'
              : isNarrowed
                ? ABOUT[which]
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
      <table className={`${tables.table} ${css.list}`} data-hover>
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
                <a
                  className={`${tables.title} ${tables.clamped}`}
                  href={paths.experiment(workspace, one.id)}
                  title={one.title.length > 80 ? one.title : undefined}
                >
                  {one.title}
                </a>
                <span className={css.tags}>
                  {one.origin === 'outside' && <OutsideMark />}
                  {one.archived && (
                    <Badge variant="default" size="sm" tt="none">
                      archived
                    </Badge>
                  )}
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
                <div className={tables.faint}>
                  {one.origin === 'outside' ? 'by a run of' : 'by'} {one.updated_by}
                </div>
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
