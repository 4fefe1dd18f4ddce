/** Errors that a person can do something about: one line that says what, and what would help. */
import { isWmsError } from '@wm/wms-core/vocabulary';
import { plain } from './world.ts';

export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Of a wrong command line. */
export const usageError = (message: string): CliError => new CliError(message, 2);

const withStop = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** The line for an error; undefined for a bug. */
export function lineOf(error: unknown): string | undefined {
  if (error instanceof CliError) return error.message;
  if (isWmsError(error)) {
    const what = withStop(plain(error.message));
    return error.code === 'access.unauthenticated' ? `${what} Log in again: dirac-login` : what;
  }
  return undefined;
}
