/** Why an attempt ends before its payload did, as thrown by the steps of the wrapper. */
export type StopKind =
  /** The job is Failed: another node would do no better. */
  | 'failed'
  /** Something outside the payload: the job goes to another pilot. */
  | 'reschedule'
  /** The user killed the job. */
  | 'killed'
  /** The attempt is no longer ours: nothing may be reported. */
  | 'stale';

export class JobStop extends Error {
  readonly kind: StopKind;
  readonly minorStatus: string;

  /** `message` becomes the ApplicationStatus. */
  constructor(kind: StopKind, minorStatus: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'JobStop';
    this.kind = kind;
    this.minorStatus = minorStatus;
  }
}

export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
