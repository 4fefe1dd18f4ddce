/**
 * Changes single attributes in the text of a description and leaves the rest as the user wrote it: comments,
 * order, line breaks, attributes the form does not know. So form and editor can work on one text. How long it may be,
 * `draft-check.ts` says.
 */
import {
  findEntry,
  listValue,
  noJdlLimits,
  parseJdl,
  printJdl,
  printJdlValue,
  textValue,
  withEntry,
  withoutEntry,
  type JdlDescription,
  type JdlValue,
} from '@wm/wms-core/vocabulary';

/** A value as the job list of the configuration writes it. */
export type LaunchpadValue = string | number | readonly (string | number)[];

const shape = (description: JdlDescription): string => printJdl(description);

const isAsWanted = (text: string, wanted: JdlDescription): boolean => {
  const { description, errors } = parseJdl(text, noJdlLimits);
  return errors.length === 0 && shape(description) === shape(wanted);
};

/** After the last entry and its ;, or after the opening bracket; undefined where that is hard to say. */
function placeForMore(text: string, description: JdlDescription): { at: number; before: string } | undefined {
  const last = description.entries.toSorted((a, b) => a.at.offset - b.at.offset).at(-1);
  if (!last) {
    const open = /^\s*\[/.exec(text);
    return open ? { at: open[0].length, before: '' } : undefined;
  }
  const end = last.value.at.offset + last.value.at.length;
  const semicolon = /^\s*;/.exec(text.slice(end));
  return semicolon ? { at: end + semicolon[0].length, before: '' } : { at: end, before: ';' };
}

/** The blanks before the last entry of the text, so that a new one stands below it. */
function indentOf(text: string, description: JdlDescription): string {
  const last = description.entries.toSorted((a, b) => a.at.offset - b.at.offset).at(-1);
  if (!last) return '    ';
  const lineStart = text.lastIndexOf('\n', last.at.offset) + 1;
  const before = text.slice(lineStart, last.at.offset);
  return /^\s*$/.test(before) ? before : '';
}

function changedText(
  text: string,
  name: string,
  value: JdlValue,
  description: JdlDescription,
): string | undefined {
  const entry = findEntry(description, name);
  const printed = printJdlValue(value);
  if (entry) {
    const { length, offset } = entry.value.at;
    return text.slice(0, offset) + printed + text.slice(offset + length);
  }
  const place = placeForMore(text, description);
  if (!place) return undefined;
  const rest = text.slice(place.at);
  const after = /^\s*\n/.test(rest) ? '' : '\n';
  const line = `${place.before}\n${indentOf(text, description)}${name} = ${printed};`;
  return text.slice(0, place.at) + line + after + rest;
}

function removedText(text: string, name: string, description: JdlDescription): string | undefined {
  const entry = findEntry(description, name);
  if (!entry) return text;
  const end = entry.value.at.offset + entry.value.at.length;
  const semicolon = /^\s*;/.exec(text.slice(end))?.[0].length ?? 0;
  const lineStart = text.lastIndexOf('\n', entry.at.offset - 1) + 1;
  const isAlone = text.slice(lineStart, entry.at.offset).trim() === '';
  const tail = text.slice(end + semicolon);
  const restOfLine = isAlone ? (/^[ \t]*\n/.exec(tail)?.[0].length ?? 0) : 0;
  return text.slice(0, isAlone ? lineStart : entry.at.offset) + tail.slice(restOfLine);
}

/** The text with one attribute set, or taken out when the value is undefined. Needs a text without errors. */
export function setAttribute(text: string, name: string, value: JdlValue | undefined): string {
  const { description } = parseJdl(text, noJdlLimits);
  const wanted = value ? withEntry(description, name, value) : withoutEntry(description, name);
  const changed = value ? changedText(text, name, value, description) : removedText(text, name, description);
  return changed !== undefined && isAsWanted(changed, wanted) ? changed : printJdl(wanted);
}

const valueOf = (value: LaunchpadValue): JdlValue => {
  if (Array.isArray(value)) return listValue(value.map(String));
  if (typeof value === 'number') return { kind: 'number', text: String(value), at: textValue('').at };
  return textValue(String(value));
};

/** A set of the job list as a fresh description. */
export const jdlOfSet = (parameters: Readonly<Record<string, LaunchpadValue>>): string =>
  printJdl(
    Object.entries(parameters).reduce<JdlDescription>(
      (description, [name, value]) => withEntry(description, name, valueOf(value)),
      { entries: [] },
    ),
  );
