/** Do pilots end well at every site? One finding a site. */
import type { SiteFacts } from '../health-facts.ts';
import { healthCheck } from '../health-check.ts';
import type { HealthJudgement } from '../system-health.ts';
import { counted } from '../words.ts';

/** Fewer than this many failures may be chance. */
const leastFailures = 3;
const badShare = 0.2;
const terribleShare = 0.8;

export function judgeSite({ site, status, done, failed, reason }: SiteFacts): HealthJudgement {
  const subject = { kind: 'site', name: site } as const;
  const ended = done + failed;
  const share = ended === 0 ? 0 : failed / ended;
  if (failed >= leastFailures && share > badShare)
    return {
      status: share > terribleShare ? 'critical' : 'warning',
      subject,
      means: `${failed} of ${counted(ended, 'pilot')} failed in the last hour${reason === undefined ? '.' : `, one of them saying: ${reason}`}`,
      toDo: 'Read the output of failed pilots in the Pilot Monitor; ban the site in the configuration if it cannot be mended soon.',
      figure: { value: Math.round(share * 100), unit: 'percent' },
    };
  if (status === 'Banned')
    return { status: 'ok', subject, means: 'It is banned in the configuration and takes no jobs.' };
  if (status === 'Error')
    return {
      status: 'warning',
      subject,
      means: 'It is in status Error in the configuration and takes no jobs.',
      toDo: 'Set its status to Active when the cause is gone.',
    };
  if (ended === 0) return { status: 'ok', subject, means: 'No pilot ended in the last hour.' };
  const figure = { value: ended, unit: 'pilots' } as const;
  return { status: 'ok', subject, means: 'Pilots end well.', figure };
}

export const sitePilotsCheck = healthCheck({
  id: 'site-pilots',
  title: 'Pilots',
  group: 'sites',
  about:
    'Pilots that ended in the last hour, by site. With three or more failures: warning from 20 %, critical from 80 %.',
  fact: 'sites',
  judge: (sites) => sites.map(judgeSite),
});
