/**
 * The owner's proxy is gone, and the matcher holds his jobs; or it ends too soon, which it does not look at, but the
 * payload would not get one.
 */
import type { CauseKind } from '../cause.ts';

export const credentialCause: CauseKind = {
  id: 'credential',
  question: 'whether',
  about: 'Does the owner have a proxy that lasts?',
  find({ job }) {
    if (job.credential === null) return [];
    const { isHeld, ...fault } = job.credential;
    return [{ id: 'credential', effect: isHeld ? 'blocks' : 'threatens', ...fault, obstacles: [] }];
  },
};
