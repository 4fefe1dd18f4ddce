/** The owner's proxy is gone or ends too soon. Matching does not look at it, but the payload would not get it. */
import type { CauseKind } from '../cause.ts';

export const credentialCause: CauseKind = {
  id: 'credential',
  about: 'Does the owner have a proxy that lasts?',
  find: ({ job }) =>
    job.credential === null
      ? []
      : [{ id: 'credential', effect: 'threatens', ...job.credential, obstacles: [] }],
};
