import { notifications } from '@mantine/notifications';
import { IconFileImport } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { bytes } from '~/ui/words';
import { type Draft, formatOf, MOST_BYTES } from './draft';
import css from './experiments.module.css';

/** Takes a file dropped anywhere on what it holds. */
export function DropFile({
  children,
  onFile,
  disabled,
}: {
  children: ReactNode;
  onFile: (draft: Draft) => void;
  disabled?: boolean;
}) {
  const [over, setOver] = useState(false);
  const depth = useRef(0); // entering a child leaves its parent
  const carriesFile = (event: DragEvent) => !disabled && event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; choosing a file is the way for everyone
    <div
      className={css.drop}
      onDragEnter={(event) => {
        if (!carriesFile(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      }}
      onDragOver={(event) => carriesFile(event) && event.preventDefault()}
      onDrop={async (event) => {
        if (!carriesFile(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        const draft = await readFile(event.dataTransfer.files[0]);
        if (draft) onFile(draft);
      }}
    >
      {children}
      {over && (
        <div className={css.dropping} aria-hidden>
          <IconFileImport size={36} stroke={1.4} />
          Drop the experiment here
        </div>
      )}
    </div>
  );
}

/** The text of a chosen file, or a notice why not. */
export async function readFile(file: File | null | undefined): Promise<Draft | null> {
  if (!file) return null;
  if (file.size > MOST_BYTES) {
    notifications.show({
      color: 'red',
      title: 'This file is too large',
      message: `${file.name} has ${bytes(file.size)}; an experiment may have ${bytes(MOST_BYTES)}.`,
    });
    return null;
  }
  const text = await file.text();
  return { text, format: /\.ya?ml$/i.test(file.name) ? 'yaml' : formatOf(text) };
}
