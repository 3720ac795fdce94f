import type { ReactNode } from 'react';
import css from './page.module.css';

/** The first line of a page: its title, a word about it, and what can be done here. */
export function PageHead({
  title,
  about,
  actions,
}: {
  title: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={css.head}>
      <div className={css.headText}>
        <h1>{title}</h1>
        {about && <p>{about}</p>}
      </div>
      {actions && <div className={css.headActions}>{actions}</div>}
    </div>
  );
}
