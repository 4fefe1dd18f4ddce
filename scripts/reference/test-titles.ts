/**
 * Which titles the tests of a file can have, read from its text: `test('…')` as it stands, and `` test(`…${x}…`) ``
 * with anything for x that stands in the file too. Asked by the tests of the pages that name tests.
 */

/** The literal that begins at `start` with its quote, as parts between what is filled in. */
function literalAt(source: string, start: number): readonly string[] {
  const quote = source[start] ?? '';
  const parts = [''];
  let depth = 0;
  for (let at = start + 1; at < source.length; at++) {
    const sign = source[at] ?? '';
    if (depth > 0) depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
    else if (sign === '\\') parts.push((parts.pop() ?? '') + (source[++at] ?? ''));
    else if (sign === quote) return parts;
    else if (quote === '`' && source.startsWith('${', at)) {
      depth = 1;
      at++;
      parts.push('');
    } else parts.push((parts.pop() ?? '') + sign);
  }
  return parts;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Words that a table of cases must name for its title to be one of this file. */
const wordsOf = (filled: string): readonly string[] =>
  filled.split(/[ ()"“”]+/).filter((word) => word.length > 3);

export function hasTestOfTitle(source: string, title: string): boolean {
  for (const { 0: call, index } of source.matchAll(/\btest\(\s*(?=['"`])/g)) {
    const parts = literalAt(source, index + call.length);
    const filled = new RegExp(`^${parts.map(escaped).join('(.*)')}$`, 's').exec(title)?.slice(1);
    if (filled?.every((value) => wordsOf(value).every((word) => source.includes(word))) === true) return true;
  }
  return false;
}
