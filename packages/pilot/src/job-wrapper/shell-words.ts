/**
 * Splits the JDL's `Arguments` the way a shell would: blanks, 'single', "double" quotes and backslashes.
 * Nothing is expanded and no shell is ever started with them.
 */

/** An unclosed quote ends with the text. */
export function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote === "'" ? char === "'" : char === quote && quote !== '') quote = '';
    else if (quote === "'") word = (word ?? '') + char;
    else if (char === '\\' && next !== '' && (quote === '' || '"\\$`'.includes(next))) {
      word = (word ?? '') + next;
      at += 1;
    } else if (quote === '' && (char === "'" || char === '"')) {
      quote = char;
      word ??= '';
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
