import css from './page.module.css';

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys to press, drawn as keys: `mod+K` becomes Ctrl K or ⌘ K. */
export function Keys({ combo, hidden }: { combo: string; hidden?: boolean }) {
  return (
    <span className={css.keys} aria-hidden={hidden}>
      {combo.split(/[+ ]/).map((key) => (
        <kbd key={key}>{key === 'mod' ? (isApple ? '⌘' : 'Ctrl') : key}</kbd>
      ))}
    </span>
  );
}
