import Markdown from 'react-markdown';
import type { WidgetProps } from './registry';
import css from './widgets.module.css';

/** Markdown; HTML in it is shown as text, never as HTML. */
export function TextWidget({ value }: WidgetProps) {
  const markdown = typeof value.markdown === 'string' ? value.markdown : '';
  if (markdown.trim() === '') return <p className={css.none}>Nothing written yet.</p>;
  return (
    <div className={css.prose}>
      <Markdown>{markdown}</Markdown>
    </div>
  );
}
