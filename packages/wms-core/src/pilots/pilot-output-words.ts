/** What is said beside the output of a pilot: where it comes from, and why there is none. Pure. */
import type { PilotStatus } from './pilot-status.ts';

/** Characters kept of each stream of an ended pilot: those of its end. */
export const mostKeptLength = 65_536;

/** live = read at the computing element now; awaited = to be fetched after the end; kept = all there will be. */
export const pilotOutputSources = ['live', 'awaited', 'kept'] as const;
export type PilotOutputSource = (typeof pilotOutputSources)[number];

export interface PilotTexts {
  readonly stdout: string;
  readonly stderr: string;
}

/** What is kept of an ended pilot, or wanted of it. */
export interface StoredOutput extends PilotTexts {
  readonly keptAtMs: number | null;
  readonly tries: number;
  readonly fault: string | null;
}

export interface PilotEnd {
  readonly status: PilotStatus;
  readonly statusReason: string;
  readonly endedAtMs: number | null;
}

const isEmpty = ({ stderr, stdout }: PilotTexts): boolean => stdout === '' && stderr === '';

export const endOf = (text: string): string => text.slice(-mostKeptLength);

/** Of a pilot under way; `fault` when its computing element could not be asked. */
export function liveRemark(texts: PilotTexts, fault: string | undefined): string | null {
  if (fault !== undefined) return `The computing element could not be asked: ${fault}`;
  if (isEmpty(texts))
    return 'The computing element gave nothing yet; some give output only after the end. The pilot log is written as it runs.';
  return null;
}

/** Of a pilot that ended. */
export function endRemark(end: Pick<PilotEnd, 'status'>, stored: StoredOutput): string | null {
  if (stored.keptAtMs === null)
    return stored.fault !== null
      ? `Its output is not here yet: ${stored.fault}`
      : 'Its output is fetched soon.';
  if (stored.fault !== null) return `Its output could not be fetched: ${stored.fault}`;
  if (isEmpty(stored)) return `It wrote nothing that its computing element kept; it ended as ${end.status}.`;
  return [stored.stdout, stored.stderr].some(({ length }) => length >= mostKeptLength)
    ? `Only the last ${mostKeptLength.toLocaleString('en')} characters are kept.`
    : null;
}
