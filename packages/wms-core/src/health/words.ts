/** Small words for the sentences of checks. */

/** `1 job`, `2 jobs` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `“A”`, `“A” and 3 more` */
export const someOf = ([first = '', ...rest]: readonly string[]): string =>
  rest.length === 0 ? `“${first}”` : `“${first}” and ${rest.length} more`;
