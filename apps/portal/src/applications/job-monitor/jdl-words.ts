/** Cuts a JDL into coloured words, for reading only; the editor of the Job Launchpad has its own. */
import type { CodeToken } from '@wm/ui-kit';

const pattern =
  /(?<comment>\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:[^"\\]|\\.)*"?)|(?<name>[A-Za-z_][\w.]*(?=\s*=(?!=)))|(?<number>\b\d+(?:\.\d+)?\b)/g;

/** All words together are the text again. */
export function jdlWords(jdl: string): readonly CodeToken[] {
  const words: CodeToken[] = [];
  let end = 0;
  for (const match of jdl.matchAll(pattern)) {
    if (match.index > end) words.push({ text: jdl.slice(end, match.index) });
    const { comment, text, name } = match.groups ?? {};
    const kind = comment ? 'comment' : text ? 'text' : name ? 'key' : 'number';
    words.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < jdl.length) words.push({ text: jdl.slice(end) });
  return words;
}
