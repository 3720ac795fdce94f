import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { paths } from '~/paths';
import { DropZone } from '~/ui/drop-zone';
import { Keys } from '~/ui/keys';
import { PageHead } from '~/ui/page-head';
import { TroubleLine } from '~/ui/trouble';
import { type Draft, takeDraft } from './draft';
import { LeaveDialog } from './leave-dialog';
import { createExperiment } from './queries';
import { readFile } from './read-file';
import { SourceEditor } from './source-editor';
import { TEMPLATE } from './template';

/** Paste, drop, choose or write an experiment. */
export function NewExperimentPage({ workspace }: { workspace: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [first] = useState<Draft>(() => takeDraft() ?? { text: TEMPLATE, format: 'yaml' });
  const [draft, setDraft] = useState(first);
  const create = useMutation({
    mutationFn: () => createExperiment(workspace, draft),
    onSuccess: (made) => {
      client.setQueryData(keys.experiment(made.id), made);
      void client.invalidateQueries({ queryKey: ['experiments', workspace] });
    },
  });
  const typed = draft.text !== first.text && draft.text.trim() !== '' && !create.isSuccess;
  const takeIn = (read: Draft | null) => read && setDraft(read);
  const save = () => {
    if (create.isPending || draft.text.trim() === '') return;
    create.mutate(undefined, {
      onSuccess: (made) => navigate({ href: paths.experiment(workspace, made.id), ignoreBlocker: true }),
    });
  };
  const saved = () =>
    create.mutateAsync().then(
      () => true,
      () => false,
    );
  const problem = create.isError ? asProblem(create.error) : null;

  return (
    <DropZone label="Drop the experiment here" onFile={async (file) => takeIn(await readFile(file))}>
      <PageHead
        title="New experiment"
        about="Paste or drop an experiment, or start from this template. It is checked as you type."
      />
      {problem && problem.problems.length === 0 && (
        <div style={{ marginBottom: 14 }}>
          <TroubleLine problem={problem} />
        </div>
      )}
      <SourceEditor
        draft={draft}
        onChange={setDraft}
        onSave={save}
        refused={problem?.problems.length ? create.submittedAt : 0}
        template={TEMPLATE}
        actions={
          <Button
            onClick={save}
            loading={create.isPending}
            disabled={draft.text.trim() === ''}
            rightSection={<Keys combo="mod+S" hidden />}
          >
            Save
          </Button>
        }
      />
      <LeaveDialog changed={typed} save={saved} />
    </DropZone>
  );
}
