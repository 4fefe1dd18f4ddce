/** `dirac-wms-job-get-output`: the output sandbox of each job, in a folder of its number. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { unpack } from '@wm/pilot/unpack';
import { CliError, lineOf } from '../cli-error.ts';
import { signIn, type SignedIn } from '../signed-in.ts';
import type { World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';
import { fileOption, readJobIds } from './job-ids.ts';

const formats = ['tar.gz', 'tar.zst', 'tar.bz2'];

async function fetchInto(world: World, { client }: SignedIn, pfn: string, folder: string): Promise<void> {
  const { url } = await client.call('GET /api/jobs/sandbox', { query: { pfn } });
  // The signature in the address opens this door; it gets no token.
  const response = await world.fetch(url);
  if (!response.ok || response.body === null)
    throw new CliError(`the output cannot be fetched (${response.status}). Try again.`);
  const format = formats.find((each) => pfn.endsWith(each)) ?? 'tar.gz';
  await unpack(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), format, folder);
}

/** The folder is there whole or not at all. */
async function getOutput(world: World, signedIn: SignedIn, jobId: number, folder: string): Promise<boolean> {
  const pfns = await signedIn.client.call('GET /api/jobs/:jobId/sandbox/:kind', {
    params: { jobId, kind: 'output' },
  });
  const there = pfns.filter((pfn): pfn is string => pfn !== null);
  if (there.length === 0) return false;
  await mkdir(resolve(folder, '..'), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    for (const pfn of there) await fetchInto(world, signedIn, pfn, draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return true;
}

export const jobGetOutput: Command = {
  summary: 'Get the output files of jobs',
  usage: 'dirac-wms-job-get-output ID… [--Dir FOLDER] [--File FILE] [--issuer URL]',
  options: [
    issuerOption,
    fileOption,
    { name: 'Dir', short: 'D', value: 'FOLDER', help: 'Where the folders of the jobs go' },
  ],
  async run(given, world) {
    const ids = await readJobIds(given, world);
    const signedIn = await signIn(world, given.value('issuer'));
    const where = given.value('Dir') ?? '';
    let exitCode = 0;
    for (const id of ids) {
      const shown = join(where, String(id));
      const folder = resolve(world.cwd, shown);
      if (existsSync(folder)) {
        world.print(`Output for job ${id} already retrieved, remove the output directory to redownload`);
        continue;
      }
      try {
        if (await getOutput(world, signedIn, id, folder))
          world.print(`Job output sandbox retrieved in ${shown}/`);
        else world.print(`No output sandbox registered for job ${id}`);
      } catch (error) {
        const line = lineOf(error);
        if (line === undefined) throw error;
        world.complain(`ERROR: job ${id}: ${line}`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
};
