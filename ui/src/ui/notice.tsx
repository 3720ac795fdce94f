import type { ReactNode } from 'react';
import css from './page.module.css';

/** A line about something that happened on the way here: bad as an alert, good as a status. */
export function Notice({
  tone,
  title,
  children,
}: {
  tone: 'good' | 'bad';
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className={css.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <strong>{title}.</strong> {children}
    </div>
  );
}
