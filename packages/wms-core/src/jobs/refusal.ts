/** What is wrong with a description, as the error that refuses the submission: which job, where, what. */
import { WmsError } from '../kernel/wms-error.ts';
import type { AttributeProblem } from './attribute-reader.ts';

/** Which description of the call is meant, and which job of it when it is a sweep. */
export interface Where {
  readonly index: number;
  readonly of: number;
  readonly job?: number | undefined;
}

/** Said only when there are several. */
export function whichOne({ index, job, of }: Where): string {
  if (job !== undefined) return `Job ${job} of the sweep: `;
  return of > 1 ? `Description ${index + 1}: ` : '';
}

/** `jdl.invalid` with attribute, line, column and all errors; undefined when there is none. */
export function refusalOf(errors: readonly AttributeProblem[], where: Where): WmsError | undefined {
  const first = errors[0];
  if (!first) return undefined;
  const { attribute, column, line, message } = first;
  const named = message.includes(attribute) ? message : `${attribute}: ${message}`;
  const facts = { attribute, line, column, index: where.index, errors };
  return new WmsError(
    'jdl.invalid',
    `${whichOne(where)}line ${line}, column ${column}: ${named}.`,
    where.job === undefined ? facts : { ...facts, job: where.job },
  );
}
