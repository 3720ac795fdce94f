import type { ReactNode } from 'react';
import mark from '~/app/mark.svg';
import css from './sign-in.module.css';

/** The card in the middle of the page before somebody is in. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}>
          <img src={mark} alt="" width={40} height={40} />
          <span>ChaosHub</span>
        </div>
        {children}
      </div>
      <p className={css.about}>
        Practise chaos engineering together: run experiments, watch them live, keep the proof.
      </p>
    </main>
  );
}

export function DoorTitle({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={css.title}>
      <h1>{title}</h1>
      <p>{children}</p>
    </div>
  );
}
