import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './page.module.css';

/** What would be here, and the one thing that starts it. */
export function Empty(props: { icon: TablerIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span className={css.emptyIcon} aria-hidden>
        <props.icon size={28} stroke={1.5} />
      </span>
      <h2>{props.title}</h2>
      {props.children && <div className={css.emptyText}>{props.children}</div>}
      {props.action}
    </div>
  );
}
