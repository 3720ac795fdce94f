import type { ReactNode } from 'react';
import css from './page.module.css';

/** A panel with an optional head line; `aside` stands at the end of that line. */
export function Card(props: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  label?: string;
  className?: string;
}) {
  return (
    <section className={`${css.card} ${props.className ?? ''}`} aria-label={props.label}>
      {props.title !== undefined && (
        <header className={css.cardHead}>
          <h2>{props.title}</h2>
          <div className={css.cardAside}>{props.aside}</div>
        </header>
      )}
      <div className={props.flush ? undefined : css.cardBody}>{props.children}</div>
    </section>
  );
}
