/** Are the revocation lists of the authorities fresh? Without, their users are locked out. */
import { expiryOf } from '../expiry.ts';
import { healthCheck } from '../health-check.ts';
import { someOf } from '../words.ts';

const soonMs = 86_400_000;

export const revocationListsCheck = healthCheck({
  id: 'revocation-lists',
  title: 'Revocation lists',
  group: 'credentials',
  about:
    'The lists of the trusted authorities, read once an hour. Warning when one ends within a day, critical when one has ended and lists are required.',
  fact: 'trust',
  judge: ({ revocationLists, isListRequired }, nowMs) => {
    const { ended, endSoon } = expiryOf(revocationLists, nowMs, soonMs);
    const toDo = 'See whether fetch-crl runs and reaches the authorities.';
    if (ended.length > 0)
      return [
        {
          status: isListRequired ? 'critical' : 'warning',
          means: `Out of date: ${someOf(ended)}; users with certificates of these authorities are refused.`,
          toDo,
        },
      ];
    if (endSoon.length > 0)
      return [{ status: 'warning', means: `Out of date within a day: ${someOf(endSoon)}.`, toDo }];
    return [
      {
        status: 'ok',
        means: revocationLists.length === 0 ? 'There are none.' : 'They are all up to date.',
      },
    ];
  },
});
