import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Experiment } from '~/api/contract';
import { experimentQuery } from '~/api/experiments';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { Keys } from '~/ui/keys';
import { TroubleLine } from '~/ui/trouble';
import type { Draft } from './draft';
import css from './experiments.module.css';
import { readable } from './format';
import { LeaveDialog } from './leave-dialog';
import { saveExperiment } from './queries';
import { SourceEditor } from './source-editor';

/** Editing the source. Saving names the version it was written on, so that nobody's change is overwritten unseen. */
export function EditTab({ experiment }: { experiment: Experiment }) {
  const client = useQueryClient();
  const [base, setBase] = useState({ version: experiment.version, source: experiment.source });
  // What came in one line is laid out to be read; nothing is saved before something else is changed.
  const [shown, setShown] = useState(() => readable(experiment.source, experiment.format));
  const [draft, setDraft] = useState<Draft>({ text: shown, format: experiment.format });
  const save = useMutation({
    mutationFn: (onVersion: number) => saveExperiment(experiment.id, draft, onVersion),
    onSuccess: (saved) => {
      setBase({ version: saved.version, source: saved.source });
      setShown(saved.source);
      client.setQueryData(keys.experiment(saved.id), saved);
      void client.invalidateQueries({ queryKey: keys.versions(saved.id) });
      void client.invalidateQueries({ queryKey: ['experiments'] });
      notifications.show({ message: `Saved as version ${saved.version}.` });
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const changed = draft.text !== base.source && draft.text !== shown;
  const saved = () =>
    save.mutateAsync(base.version).then(
      () => true,
      () => false,
    );
  const submit = () => {
    if (changed && !save.isPending) save.mutate(base.version);
  };

  return (
    <>
      {problem?.code === 'version-conflict' ? (
        <Conflict
          experiment={experiment}
          onTheirs={async () => {
            const theirs = await client.fetchQuery({ ...experimentQuery(experiment.id), staleTime: 0 });
            setBase({ version: theirs.version, source: theirs.source });
            const text = readable(theirs.source, theirs.format);
            setShown(text);
            setDraft({ text, format: theirs.format });
            save.reset();
          }}
          onMine={async () => {
            const theirs = await client.fetchQuery({ ...experimentQuery(experiment.id), staleTime: 0 });
            save.mutate(theirs.version);
          }}
        />
      ) : (
        problem &&
        problem.problems.length === 0 && (
          <div style={{ marginBottom: 14 }}>
            <TroubleLine problem={problem} />
          </div>
        )
      )}
      <SourceEditor
        draft={draft}
        onChange={setDraft}
        onSave={submit}
        refused={problem?.problems.length ? save.submittedAt : 0}
        actions={
          <Button
            variant="default"
            onClick={submit}
            loading={save.isPending}
            disabled={!changed}
            rightSection={<Keys combo="mod+S" hidden />}
          >
            {changed ? 'Save' : 'Saved'}
          </Button>
        }
      />
      <LeaveDialog changed={changed} save={saved} />
    </>
  );
}

function Conflict({
  experiment,
  onTheirs,
  onMine,
}: {
  experiment: Experiment;
  onTheirs: () => void;
  onMine: () => void;
}) {
  return (
    <div className={css.conflict} role="alert">
      <p>
        <strong>Somebody saved “{experiment.title}” while you were editing.</strong> Your text is still here
        and nothing was overwritten. Save your text as the newest version (theirs stays under Versions), or
        discard your text and load theirs.
      </p>
      <Group gap={8}>
        <Button variant="default" onClick={onMine}>
          Keep mine, save on top
        </Button>
        <Button variant="default" onClick={onTheirs}>
          Discard mine and load theirs
        </Button>
      </Group>
    </div>
  );
}
