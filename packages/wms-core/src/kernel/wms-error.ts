/**
 * The one class for expected failures. Anything else that is thrown is a bug and becomes `internal`.
 * `message` is a sentence for a person that names the field and what would be right; facts go to `details`.
 */
import type { ErrorCode } from './error-codes.ts';

export type ErrorDetails = Readonly<Record<string, unknown>>;

export class WmsError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'WmsError';
    this.code = code;
    this.details = details;
  }
}

export const isWmsError = (error: unknown): error is WmsError => error instanceof WmsError;

/** The database is away or its disk is full: it says nothing about what was asked, which may succeed later. */
export const isStoreTrouble = (error: unknown): boolean =>
  isWmsError(error) && (error.code === 'service.unavailable' || error.code === 'storage.full');
