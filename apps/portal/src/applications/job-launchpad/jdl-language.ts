/** JDL for the editor: colours, names to complete, and faults as marks. Uses the core's catalogue and parser. */
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { HighlightStyle, StreamLanguage, type StringStream } from '@codemirror/language';
import type { Diagnostic } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import { jdlAttributes } from '@wm/wms-core/vocabulary';
import type { DraftProblem } from './draft-check.ts';

interface LineState {
  isInComment: boolean;
}

function inComment(stream: StringStream, state: LineState): string {
  if (stream.skipTo('*/')) {
    stream.match('*/');
    state.isInComment = false;
  } else stream.skipToEnd();
  return 'comment';
}

/** By letter: a pattern with alternatives runs out of stack in a text of some megabytes. */
function inString(stream: StringStream): string {
  stream.next();
  for (let letter = stream.next(); letter && letter !== '"'; letter = stream.next())
    if (letter === '\\') stream.next();
  return 'string';
}

function token(stream: StringStream, state: LineState): string | null {
  if (state.isInComment) return inComment(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match('/*')) {
    state.isInComment = true;
    return inComment(stream, state);
  }
  if (stream.match('//') || stream.peek() === '#') {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.peek() === '"') return inString(stream);
  if (stream.match(/^[A-Za-z_][\w.-]*(?=\s*=)/)) return 'propertyName';
  if (stream.match(/^-?\d+(?:\.\d+)?(?![\w.])/)) return 'number';
  if (stream.match(/^(?:true|false)\b/i)) return 'bool';
  if (!stream.match(/^[^\s[\]{};,="]+/)) stream.next();
  return null;
}

export const jdlLanguage = StreamLanguage.define<LineState>({
  name: 'jdl',
  startState: () => ({ isInComment: false }),
  copyState: (state) => ({ ...state }),
  token,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['{', '[', '"'] } },
});

/** Classes of the kit, so that both themes and forced colours follow. */
export const jdlColours = HighlightStyle.define([
  { tag: tags.propertyName, class: 'k' },
  { tag: tags.string, class: 'q' },
  { tag: [tags.number, tags.bool], class: 'd' },
  { tag: tags.comment, class: 'c' },
]);

const names = jdlAttributes
  .filter(({ jdl }) => jdl.setBy === 'user')
  .map(({ help, jdl, name }) => ({
    label: name,
    type: 'property',
    detail: jdl.unit ? `${jdl.type}, ${jdl.unit}` : jdl.type,
    info: help,
    apply: jdl.type === 'list' ? `${name} = {};` : `${name} = ;`,
  }));

/** Offers names where an attribute may begin. */
export function completeName(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/(?:^|[;[\n])\s*[A-Za-z_]*$/);
  if (!word) return null;
  const start = word.from + (word.text.length - (/[A-Za-z_]*$/.exec(word.text)?.[0].length ?? 0));
  if (start === context.pos && !context.explicit) return null;
  return { from: start, options: names, validFor: /^[A-Za-z_]*$/ };
}

/** Marks within a text of the given length; what has no place of its own marks the first character. */
export const marksOf = (problems: readonly DraftProblem[], textLength: number): readonly Diagnostic[] =>
  problems.map(({ length, message, offset, severity }) => {
    const from = Math.min(offset, textLength);
    return { from, to: Math.min(Math.max(from + length, from + 1), textLength), severity, message };
  });
