/** `dirac-wms-job-status`: one line a job, in the order asked. */
import { signIn } from '../signed-in.ts';
import { plain } from '../world.ts';
import { issuerOption, type Command } from './command.ts';
import { fileOption, readJobIds } from './job-ids.ts';

const columns = ['JobID', 'Status', 'MinorStatus', 'ApplicationStatus', 'Site'] as const;
const chunk = 1000;

const textOf = (value: unknown): string => plain(typeof value === 'string' ? value : '');

export const jobStatus: Command = {
  summary: 'Show the status of jobs',
  usage: 'dirac-wms-job-status ID… [--File FILE] [--issuer URL]',
  options: [issuerOption, fileOption],
  async run(given, world) {
    const ids = await readJobIds(given, world);
    const { client } = await signIn(world, given.value('issuer'));
    const found = new Map<number, Readonly<Record<string, unknown>>>();
    for (let from = 0; from < ids.length; from += chunk) {
      const values = ids.slice(from, from + chunk);
      const rows = await client.call('POST /api/jobs/search', {
        query: { per_page: chunk },
        body: { parameters: [...columns], search: [{ parameter: 'JobID', operator: 'in', values }] },
      });
      for (const row of rows) found.set(Number(row['JobID']), row);
    }
    for (const id of ids) {
      const row = found.get(id);
      if (row === undefined) world.complain(`ERROR: there is no job ${id}, or it is not yours to see`);
      else {
        const facts = columns.slice(1).map((name) => `${name}=${textOf(row[name])}; `);
        world.print(`JobID=${id} ${facts.join('').trimEnd()}`);
      }
    }
    return found.size === ids.length ? 0 : 1;
  },
};
