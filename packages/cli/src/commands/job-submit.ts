/** `dirac-wms-job-submit`: each JDL file is a submission; files of its InputSandbox are sent along. */
import { appendFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bulkLine, follow } from '../bulks.ts';
import { CliError, lineOf, usageError } from '../cli-error.ts';
import { signIn } from '../signed-in.ts';
import { submitText, type Submitted, type Submitter } from '../submit-text.ts';
import type { World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

const readText = (world: World, file: string): Promise<string> =>
  readFile(resolve(world.cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}). Is the path right?`);
  });

/** As DIRAC prints them; the ids of a bulk would fill the screen. */
function tell(world: World, { bulk, ids }: Submitted): void {
  if (bulk === undefined) {
    world.print(`JobID = ${ids.length === 1 ? ids[0] : `[${ids.join(', ')}]`}`);
    return;
  }
  world.print(bulkLine(bulk));
  if (bulk.confirmUntil !== null)
    world.print(`Nothing starts before: dirac-wms-bulk-confirm ${bulk.bulkId} (until ${bulk.confirmUntil})`);
}

export const jobSubmit: Command = {
  summary: 'Submit jobs',
  usage: 'dirac-wms-job-submit FILE.jdl… [--File FILE] [--confirm] [--wait] [--issuer URL]',
  options: [
    issuerOption,
    { name: 'File', short: 'f', value: 'FILE', help: 'Append the ids of the jobs to this file' },
    { name: 'confirm', help: 'Make a bulk of which nothing starts before dirac-wms-bulk-confirm' },
    { name: 'wait', help: 'Of a large sweep: tell how far it is until all its jobs are made' },
  ],
  async run(given, world) {
    if (given.words.length === 0) throw usageError(`Say what to submit: ${jobSubmit.usage}`);
    const signedIn = await signIn(world, given.value('issuer'));
    const { jobDescription: limits } = await signedIn.client.call('GET /bff/installation/limits', {});
    const submitter: Submitter = { world, signedIn, limits, confirm: given.isSet('confirm') };
    let exitCode = 0;
    for (const file of given.words)
      try {
        const submitted = await submitText(submitter, await readText(world, file));
        const { bulk, ids, warnings } = submitted;
        for (const warning of warnings) world.complain(`WARNING: ${file}: ${warning}`);
        tell(world, submitted);
        const list = given.value('File');
        if (list !== undefined) await appendFile(resolve(world.cwd, list), `${ids.join('\n')}\n`);
        if (bulk !== undefined && !submitter.confirm && given.isSet('wait'))
          await follow(world, signedIn, bulk);
      } catch (error) {
        const line = lineOf(error);
        if (line === undefined) throw error;
        // The other files are submitted all the same, as by DIRAC.
        world.complain(`ERROR: ${file}: ${line}`);
        exitCode = 1;
      }
    return exitCode;
  },
};
