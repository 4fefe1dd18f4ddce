/** What somebody wrote, in a message that stays readable whatever was written. */
const longestQuote = 80;

/** Cut where it would make a message unreadable. */
export const shortened = (text: string): string =>
  text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}…`;

const mostListed = 10;

/** `a, b, c`; of many the first ones, and how many more there are. */
export function listed(names: readonly string[], most = mostListed): string {
  const shown = names.slice(0, most).map(shortened).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}
