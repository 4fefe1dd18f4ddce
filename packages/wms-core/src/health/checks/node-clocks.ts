/** Are the clocks of worker nodes right? One finding a site that was heard of. */
import { healthCheck } from '../health-check.ts';

const offS = 60;
const farOffS = 600;

export const nodeClocksCheck = healthCheck({
  id: 'node-clocks',
  title: 'Clocks of worker nodes',
  group: 'sites',
  about:
    'Largest difference between a node and the server, from heartbeats of the last minutes. Warning from 1 min, critical from 10 min.',
  fact: 'nodeClocks',
  judge: (sites) =>
    sites.map(({ site, offsetS }) => {
      const off = Math.abs(offsetS);
      const subject = { kind: 'site', name: site } as const;
      const figure = { value: off, unit: 's' } as const;
      if (off < offS) return { status: 'ok', subject, means: 'The clocks are right.', figure };
      return {
        status: off < farOffS ? 'warning' : 'critical',
        subject,
        means: `The clock of a node is ${offsetS > 0 ? 'behind' : 'ahead'}; fresh proxies may count as not yet valid or expired there.`,
        toDo: 'Ask the site to set the clocks of its nodes (NTP).',
        figure,
      };
    }),
});
