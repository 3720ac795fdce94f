import { Progress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { uploadJournal } from '~/api/journals';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { applyRun } from '~/api/run-cache';
import { paths } from '~/paths';
import { TroubleLine } from '~/ui/trouble';
import { bytes } from '~/ui/words';

const NOTE = 'journal-upload';

/** Makes a run of a journal that `chaos run` left somewhere, and leads to it; says how far it is, and what went wrong. */
export function useJournalUpload(workspace: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);

  const take = async (file: File | null | undefined) => {
    if (!file || busy) return;
    setBusy(true);
    notifications.hide(NOTE);
    notifications.show(sending(file, 0));
    try {
      const { run, isNew } = await uploadJournal(workspace, file, (part) =>
        notifications.update(sending(file, part)),
      );
      notifications.hide(NOTE);
      client.setQueryData(keys.run(run.id), run);
      applyRun(client, run);
      if (!isNew) {
        notifications.show({
          title: `This journal was already here`,
          message: `Nothing was added: it is run ${run.number}.`,
          autoClose: 10_000,
        });
      }
      await navigate({ href: paths.run(workspace, run.id) });
    } catch (cause) {
      notifications.hide(NOTE);
      notifications.show({
        color: 'red',
        title: `${file.name} was not taken`,
        message: <TroubleLine problem={asProblem(cause)} />,
        autoClose: false,
      });
    } finally {
      setBusy(false);
    }
  };
  const choose = () => chooseFile((file) => void take(file));
  return { take, choose, busy };
}

function sending(file: File, part: number) {
  return {
    id: NOTE,
    loading: true,
    autoClose: false as const,
    withCloseButton: false,
    title: part < 1 ? `Uploading ${file.name}` : `Reading ${file.name}`,
    message: (
      <>
        {bytes(file.size * part)} of {bytes(file.size)}
        <Progress value={part * 100} size="sm" mt={6} aria-label={`Upload of ${file.name}`} />
      </>
    ),
  };
}

/** The browser's own dialogue, from a button or from the palette alike. */
function chooseFile(onFile: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.hidden = true;
  input.setAttribute('aria-label', 'Journal');
  const done = () => {
    const file = input.files?.[0];
    input.remove();
    if (file) onFile(file);
  };
  input.addEventListener('change', done);
  input.addEventListener('cancel', done);
  document.body.append(input);
  input.click();
}
