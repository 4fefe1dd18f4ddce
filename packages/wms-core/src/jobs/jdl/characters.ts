/**
 * Characters that no description may hold, because no database or terminal carries them whole, and characters that
 * are kept but pointed out, because they hide what a text says. Asked by the parser before it reads.
 */

export interface OddCharacter {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

/** NUL, and halves of surrogate pairs: with the u flag a whole pair is one character. */
const impossible = /[\0\p{Surrogate}]/gu;
/** Control characters other than tab and line ends, and those that turn the direction of writing. */
const doubtful = /(?![\t\n\r\0])\p{Cc}|\p{Bidi_Control}/gu;

const most = 20;

const codeOf = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

function find(text: string, pattern: RegExp, message: (code: string) => string): readonly OddCharacter[] {
  const found: OddCharacter[] = [];
  for (const { 0: character, index } of text.matchAll(pattern)) {
    found.push({ offset: index, length: character.length, message: message(codeOf(character)) });
    if (found.length >= most) break;
  }
  return found;
}

export const impossibleCharacters = (text: string): readonly OddCharacter[] =>
  find(text, impossible, (code) => `the character ${code} cannot be stored; take it out`);

export const doubtfulCharacters = (text: string): readonly OddCharacter[] =>
  find(text, doubtful, (code) => `the character ${code} cannot be seen and may hide what is written`);
