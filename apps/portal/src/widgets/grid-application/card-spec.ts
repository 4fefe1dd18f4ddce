/** Cards as data: what a row shows where there is no room for columns side by side. */
import { valueText } from '../../server-state/search-page.ts';
import { shortInstant } from './instants.ts';
import type { Row } from './live-rows.ts';
import { isQuiet } from './quiet-words.ts';

/** Attributes of the row by their place on the card. */
export interface CardSpec {
  /** First line: the status, what is behind it, and when that was. */
  readonly status: string;
  readonly detail: string;
  readonly instant: string;
  /** Second line: what it is called, and its number. */
  readonly name: string;
  readonly id: string;
  /** Third line: where it is, and what is to be said beside. */
  readonly place: string;
  readonly note: string;
}

export type CardWords = Readonly<Record<keyof CardSpec, string>>;

/** The words of a card; what says nothing is left out, but for its name and place. */
export function cardWords(spec: CardSpec, row: Row, nowMs: number): CardWords {
  const word = (attribute: string): string => valueText(row[attribute]);
  const telling = (attribute: string): string => (isQuiet(word(attribute)) ? '' : word(attribute));
  return {
    status: word(spec.status),
    detail: telling(spec.detail),
    instant: shortInstant(row[spec.instant], nowMs),
    name: word(spec.name),
    id: telling(spec.id),
    place: word(spec.place),
    note: telling(spec.note),
  };
}

/** The card in the order of reading, for screen readers. */
export const cardText = ({ status, detail, name, id, place, note, instant }: CardWords): string =>
  [status, detail, name, id, place, note, instant].filter(Boolean).join(', ');
