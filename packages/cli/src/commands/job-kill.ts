/** `dirac-wms-job-kill`: ends jobs, and says of each that could not be ended why. */
import { signIn } from '../signed-in.ts';
import { plain } from '../world.ts';
import { issuerOption, type Command } from './command.ts';
import { fileOption, readJobIds } from './job-ids.ts';

/** As many as the server takes in one call. */
const chunk = 10_000;

export const jobKill: Command = {
  summary: 'Kill jobs',
  usage: 'dirac-wms-job-kill ID… [--File FILE] [--issuer URL]',
  options: [issuerOption, fileOption],
  async run(given, world) {
    const ids = await readJobIds(given, world);
    const { client } = await signIn(world, given.value('issuer'));
    const killed: number[] = [];
    for (let from = 0; from < ids.length; from += chunk) {
      const jobIds = ids.slice(from, from + chunk);
      const { verdicts } = await client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds } });
      for (const { jobId, ok, message } of verdicts)
        if (ok) killed.push(jobId);
        else world.complain(`ERROR: job ${jobId}: ${plain(message)}`);
    }
    if (killed.length > 0) world.print(`Killed jobs ${killed.join(',')}`);
    return killed.length === ids.length ? 0 : 1;
  },
};
