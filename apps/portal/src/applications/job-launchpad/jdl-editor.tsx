/**
 * The draft as text: CodeMirror with JDL's colours, completion and the core's faults as marks. A late chunk; the
 * form works without it. Tab leaves the editor, as everywhere else.
 */
import { autocompletion, closeBrackets } from '@codemirror/autocomplete';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState, Prec, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { styleNonce } from '@wm/ui-kit';
import { minimalSetup } from 'codemirror';
import { useEffect, useRef, type ReactNode } from 'react';
import type { DraftProblem } from './draft-check.ts';
import { completeName, jdlColours, jdlLanguage, marksOf } from './jdl-language.ts';

export interface JdlEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly problems: readonly DraftProblem[];
  readonly onSubmit: () => void;
}

/** A filled shape of 12 by 12 in a colour that follows the theme, which a picture could not. */
const marker = (path: string, colour: string) => ({
  content: 'normal',
  backgroundColor: colour,
  mask: `url("data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12"><path d="${path}"/></svg>`)}")`,
});

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--surface-sunken)', height: '100%' },
  '.cm-scroller': { font: 'var(--text-xs)/18px var(--font-mono)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-muted)', border: '0' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-content:focus-visible': { boxShadow: 'none' },
  '&.cm-focused': { outline: '0', boxShadow: 'inset 0 0 0 2px var(--focus-ring)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--surface-selected)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--surface-focus-row)',
  },
  // The shapes of the editor, in the colours of everything else that warns.
  '.cm-lint-marker': { width: '12px', height: '12px', margin: '2px 0 0 2px' },
  '.cm-lint-marker-warning': marker('M6 1 11.5 11H.5Z', 'var(--status-warning)'),
  '.cm-lint-marker-error': marker('M6 1a5 5 0 1 0 .01 0Z', 'var(--status-failure)'),
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--status-warning)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--status-failure)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-solid)',
    color: 'var(--accent-ink)',
  },
});

/** Marks a change that came from outside the editor, so that it is not reported back. */
const fromOutside = Annotation.define<boolean>();

interface Callbacks {
  onChange: (text: string) => void;
  onSubmit: () => void;
}

function extensionsOf(callbacks: { readonly current: Callbacks }): readonly Extension[] {
  const submit = {
    key: 'Mod-Enter',
    run: () => {
      callbacks.current.onSubmit();
      return true;
    },
  };
  return [
    EditorView.cspNonce.of(styleNonce() ?? ''),
    Prec.highest(keymap.of([submit])),
    minimalSetup,
    lineNumbers(),
    lintGutter(),
    bracketMatching(),
    closeBrackets(),
    jdlLanguage,
    syntaxHighlighting(jdlColours),
    autocompletion({ override: [completeName] }),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': 'JDL', spellcheck: 'false' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((each) => each.annotation(fromOutside)))
        callbacks.current.onChange(update.state.doc.toString());
    }),
  ];
}

export function JdlEditor({ onChange, onSubmit, problems, text }: JdlEditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const callbacks = useRef<Callbacks>({ onChange, onSubmit });
  const firstText = useRef(text);
  /** Texts on their way to the caller and back: a late echo must not undo what was typed meanwhile. */
  const underWay = useRef(new Set<string>());
  useEffect(() => {
    callbacks.current = {
      onChange: (next) => {
        underWay.current.add(next);
        onChange(next);
      },
      onSubmit,
    };
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const state = EditorState.create({ doc: firstText.current, extensions: [...extensionsOf(callbacks)] });
    const editor = new EditorView({ state, parent: place.current });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const present = editor.state.doc.toString();
    const isEcho = underWay.current.has(text);
    if (present === text || !isEcho) underWay.current.clear();
    if (present !== text && !isEcho)
      editor.dispatch({
        changes: { from: 0, to: present.length, insert: text },
        annotations: fromOutside.of(true),
      });
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, marksOf(problems, editor.state.doc.length)));
  }, [problems]);
  return <div className="jdl-editor" ref={place} />;
}
