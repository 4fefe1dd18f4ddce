/**
 * Warnings of a submission as a header of its answer. The body of `POST /api/jobs/jdl` is DiracX's, so what is ours
 * stands beside it: a client that does not know the header misses nothing else. One line of ASCII, as headers must be,
 * and short enough for every proxy on the way.
 */
import type { SubmissionWarning } from '@wm/wms-core/vocabulary';

export const jobWarningsHeader = 'Job-Warnings';

/** Proxies commonly keep 4 KiB for all headers of an answer. */
const mostCharacters = 2000;

const ascii = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const left = (count: number): string =>
  ascii({ message: `${count} more; a dry run of each description tells all of them` });

/** The header with its value; nothing when there is nothing to warn of. */
export function writeJobWarnings(warnings: readonly SubmissionWarning[]): Readonly<Record<string, string>> {
  if (warnings.length === 0) return {};
  const parts: string[] = [];
  let characters = left(warnings.length).length;
  for (const warning of warnings) {
    const part = ascii(warning);
    characters += part.length + 1;
    if (characters > mostCharacters) break;
    parts.push(part);
  }
  if (parts.length < warnings.length) parts.push(left(warnings.length - parts.length));
  return { [jobWarningsHeader]: `[${parts.join(',')}]` };
}

/** What a client shows: fields a server leaves out are of the submission as a whole. */
export type ReadWarning = Partial<SubmissionWarning> & Pick<SubmissionWarning, 'message'>;

/** Nothing for a header that is absent or cannot be read: warnings must not spoil a submission that went well. */
export function readJobWarnings(headers: Headers): readonly ReadWarning[] {
  try {
    const value: unknown = JSON.parse(headers.get(jobWarningsHeader) ?? '[]');
    return Array.isArray(value) ? value.filter(isWarning) : [];
  } catch {
    return [];
  }
}

const isWarning = (value: unknown): value is ReadWarning =>
  typeof value === 'object' &&
  value !== null &&
  'message' in value &&
  typeof value.message === 'string' &&
  Object.entries(value).every(([, field]) => typeof field === 'string' || typeof field === 'number');
