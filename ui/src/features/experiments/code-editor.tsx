import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Problem } from '~/api/contract';
import type { Draft } from './draft';
import css from './experiments.module.css';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--faint)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--panel)', color: 'var(--text)', fontSize: '13px' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--text)', padding: '10px 0' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--faint)',
    border: 'none',
    fontFamily: 'var(--mono)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 24%, transparent) !important',
  },
  '.cm-lint-marker': { content: 'normal', width: '12px', height: '12px', marginTop: '5px' },
  '.cm-lint-marker-error': {
    backgroundColor: 'var(--bad)',
    clipPath: 'polygon(30% 0, 70% 0, 100% 30%, 100% 70%, 70% 100%, 30% 100%, 0 70%, 0 30%)',
  },
  '.cm-lint-marker-warning': {
    backgroundColor: 'var(--warn)',
    clipPath: 'polygon(50% 4%, 100% 96%, 0 96%)',
  },
  '.cm-panels, .cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    borderColor: 'var(--line)',
  },
});

interface Props {
  draft: Draft;
  problems: Problem[];
  /** The line to bring into view; a new object each time it is asked for. */
  goTo: { line: number } | null;
  onChange: (text: string) => void;
  onSave: () => void;
}

/** CodeMirror, loaded only where somebody edits. Ctrl-S saves; F8 goes to the next problem; Esc then Tab leaves the field. */
export function CodeEditor({ draft, problems, goTo, onChange, onSave }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const calls = useRef({ onChange, onSave });
  calls.current = { onChange, onSave };
  const first = useRef(draft);

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current.text,
        extensions: [
          lineNumbers(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          drawSelection(),
          history(),
          indentOnInput(),
          bracketMatching(),
          search({ top: true }),
          highlightSelectionMatches(),
          lintGutter(),
          EditorView.lineWrapping,
          EditorState.tabSize.of(2),
          syntaxHighlighting(colours),
          look,
          EditorView.contentAttributes.of({ 'aria-label': 'Experiment source', tabindex: '0' }),
          language.current.of(languageOf(first.current.format)),
          keymap.of([
            {
              key: 'Mod-s',
              preventDefault: true,
              run: () => {
                calls.current.onSave();
                return true;
              },
            },
            { key: 'F8', run: nextDiagnostic },
            ...searchKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(languageOf(draft.format)) });
  }, [draft.format]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === draft.text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: draft.text } });
  }, [draft.text]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const found = problems.map((problem) => {
      const line = editor.state.doc.line(clamp(problem.line ?? 1, editor.state.doc.lines));
      return { from: line.from, to: line.to, severity: problem.severity, message: problem.message };
    });
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [problems]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !goTo) return;
    const line = editor.state.doc.line(clamp(goTo.line, editor.state.doc.lines));
    editor.dispatch({
      selection: { anchor: line.from },
      effects: EditorView.scrollIntoView(line.from, { y: 'center' }),
    });
    editor.focus();
  }, [goTo]);

  return <div ref={host} className={css.code} />;
}

function languageOf(format: Draft['format']) {
  return format === 'yaml' ? yaml() : json();
}

function clamp(line: number, lines: number): number {
  return Math.min(Math.max(1, line), lines);
}
