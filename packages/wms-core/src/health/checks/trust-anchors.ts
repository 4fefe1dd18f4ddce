/** Are there authorities whose certificates are trusted, and are theirs valid? */
import { expiryOf } from '../expiry.ts';
import { healthCheck } from '../health-check.ts';
import { someOf } from '../words.ts';

const soonMs = 30 * 86_400_000;

export const trustAnchorsCheck = healthCheck({
  id: 'trust-anchors',
  title: 'Certification authorities',
  group: 'credentials',
  about:
    'The trusted authorities, read once an hour. Warning when one ended or will within 30 days; critical when there is none.',
  fact: 'trust',
  judge: ({ authorities }, nowMs) => {
    const { ended, endSoon } = expiryOf(authorities, nowMs, soonMs);
    const toDo = 'Update the trust anchors (IGTF distribution).';
    if (authorities.length === 0)
      return [{ status: 'critical', means: 'No authority is trusted, so no proxy can be uploaded.', toDo }];
    if (ended.length > 0)
      return [
        { status: 'warning', means: `Ended: ${someOf(ended)}; certificates they issued are refused.`, toDo },
      ];
    if (endSoon.length > 0)
      return [{ status: 'warning', means: `Will end within 30 days: ${someOf(endSoon)}.`, toDo }];
    return [
      {
        status: 'ok',
        means:
          authorities.length === 1
            ? 'The one trusted authority is valid.'
            : `All ${authorities.length} trusted authorities are valid.`,
      },
    ];
  },
});
