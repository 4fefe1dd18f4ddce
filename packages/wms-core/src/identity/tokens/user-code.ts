/** The code a person compares and types: eight letters that make no words and cannot be mistaken for others. */

export const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ';
export const userCodeLength = 8;

/** `WDJB-MJHT`. */
export const shownUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

const whole = new RegExp(`^[${userCodeLetters}]{${userCodeLength}}$`);

/** The letters of a code however it was typed; undefined when it cannot be one. */
export function readUserCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined;
  const letters = typed.replace(/[\s\u2010-\u2015_-]/g, '').toUpperCase();
  return whole.test(letters) ? letters : undefined;
}
