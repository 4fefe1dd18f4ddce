/** DIRAC's block of facts: the label padded to 13, a colon, the value. Pure. */
import { plain } from './world.ts';

export type Fact = readonly [label: string, value: string | undefined];

/** Hours may exceed 24. */
export function timeLeft(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
}

/** Facts without a value are left out. */
export const infoBlock = (facts: readonly Fact[]): readonly string[] =>
  facts.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [`${label.padEnd(13)}: ${plain(value)}`],
  );
