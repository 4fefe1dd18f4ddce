/**
 * Reads what A-REX answers (computing-elements.md §7.4): nothing is an empty text, one thing an object, several a
 * list; numbers are texts; every action answers 201 whatever became of it. Throws nothing: what cannot be read is
 * missing.
 */

export interface JobAnswer {
  /** 0 when the service gave none. */
  readonly code: number;
  readonly reason: string;
  readonly id: string | undefined;
  readonly state: string | undefined;
  /** Only in answers to `action=info`. */
  readonly name: string | undefined;
}

export type Json = Readonly<Record<string, unknown>>;

/** The JSON object in a body; empty for no text, bad text and anything that is no object. */
export const readJson = (body: string): Json => {
  if (body.trim() === '') return {};
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return {};
  }
};

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** One or many, always as a list. */
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : [value].flat();

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** Numbers come as texts; undefined when there is none. */
export const countOf = (value: unknown): number | undefined => {
  const text = textOf(value)?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

/** The answers of submission, status, info, kill and clean, in the order given. */
export const readJobs = (body: string): readonly JobAnswer[] =>
  listOf(readJson(body)['job']).map((item) => {
    const job = objectOf(item);
    const activity = objectOf(objectOf(job['info_document'])['ComputingActivity']);
    return {
      code: countOf(job['status-code']) ?? 0,
      reason: textOf(job['reason']) ?? '',
      id: textOf(job['id']),
      state: textOf(job['state']),
      name: textOf(activity['Name']),
    };
  });

/** `{"job":[{"id":…},…]}`, the only form in which A-REX takes a list. */
export const jobListBody = (ids: readonly string[]): string =>
  JSON.stringify({ job: ids.map((id) => ({ id })) });

/** Id of a delegation: what follows the last slash of the odd Location. */
export const delegationIdOf = (location: string | undefined): string | undefined => {
  const id = location?.slice(location.lastIndexOf('/') + 1) ?? '';
  return /^[\w-]+$/.test(id) ? id : undefined;
};

const wordsOfTrouble = /error|fail|cannot|can't|denied|invalid|refus|unable|not allowed|exceed/i;
/** Lines of A-REX about itself, and of the job script that it copies into the file. */
const noise = /^\d{4}-\d\d-\d\dT|^----|^\s*(echo|if|fi|#|export)\b|^[A-Z_]+=|\$/;
const mostLines = 3;
const mostCharacters = 500;

/** Why a job failed, from `diagnose/failed` and `diagnose/errors`: the cause and the words of the batch system. */
export const failureReason = (failed: string, errors: string): string => {
  const cause = linesOf(failed);
  const words = linesOf(errors).filter(
    (line) => wordsOfTrouble.test(line) && !noise.test(line) && !cause.some((known) => known.includes(line)),
  );
  const text = [...cause, ...words.slice(-mostLines)].join(' · ');
  return text === '' ? 'The service gives no reason.' : text.slice(0, mostCharacters);
};

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
