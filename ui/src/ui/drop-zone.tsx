import { IconFileImport } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import css from './page.module.css';

/** Takes a file dropped anywhere on what it holds; a shortcut beside a button that chooses one. */
export function DropZone(props: {
  children: ReactNode;
  /** What the surface says while a file is over it. */
  label: string;
  onFile: (file: File) => void;
  disabled?: boolean;
}) {
  const { children, label, onFile, disabled } = props;
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
      onDrop={(event) => {
        if (!carriesFile(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onFile(file);
      }}
    >
      {children}
      {over && (
        <div className={css.dropping} aria-hidden>
          <IconFileImport size={36} stroke={1.4} />
          {label}
        </div>
      )}
    </div>
  );
}
