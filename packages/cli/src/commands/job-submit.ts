/** `dirac-wms-job-submit`: each JDL file is a submission; files of its InputSandbox are sent along. */
import { appendFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readJobWarnings } from '@wm/api-contract/job-warnings';
import {
  findEntry,
  isWmsError,
  listValue,
  noJdlLimits,
  printJdl,
  readJdl,
  textsOf,
  withEntry,
  WmsError,
} from '@wm/wms-core/vocabulary';
import { CliError, lineOf, usageError } from '../cli-error.ts';
import { packSandbox } from '../pack-sandbox.ts';
import { signIn, type SignedIn } from '../signed-in.ts';
import { plain, type World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

/** What lies elsewhere already. */
const isRemote = (item: string): boolean => /^(?:LFN:|SB:)/i.test(item);

async function send(world: World, { client, server }: SignedIn, paths: readonly string[]): Promise<string> {
  const { bytes, sha256 } = await packSandbox(paths, world.cwd);
  const { pfn, url, fields } = await client.call('POST /api/jobs/sandbox', {
    body: { checksum_algorithm: 'sha256', checksum: sha256, size: bytes.byteLength, format: 'tar.gz' },
  });
  // The same bytes are there already.
  if (url === null) return pfn;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'sandbox.tar.gz');
  // The signature in the fields opens this door; it gets no token.
  const response = await world.fetch(url, { method: 'POST', body: form });
  if (!response.ok)
    throw new CliError(`InputSandbox: ${server} did not take the files (${response.status}). Try again.`);
  return pfn;
}

/** The description with its local files replaced by the sandbox they were sent as. */
async function withSentFiles(world: World, signedIn: SignedIn, jdl: string): Promise<string> {
  // How much is too much, the server says: its limits are those of the group.
  const { description } = readJdl(jdl, noJdlLimits);
  const entry = findEntry(description, 'InputSandbox');
  const items = entry === undefined ? [] : textsOf(entry.value);
  const local = items.filter((item) => !isRemote(item));
  if (local.length === 0) return jdl;
  const pfn = await send(world, signedIn, local);
  return printJdl(withEntry(description, 'InputSandbox', listValue([...items.filter(isRemote), pfn])));
}

interface Told {
  readonly attribute?: unknown;
  readonly line?: unknown;
  readonly column?: unknown;
}

const placeText = ({ column, line }: Told): string => `line ${Number(line)}, column ${Number(column)}: `;

/** Where the person wrote it: what was sent may be another text, with the sandbox in the place of local files. */
function placeOf(text: string, told: Told): string {
  const { attribute, line } = told;
  const written =
    typeof attribute === 'string'
      ? findEntry(readJdl(text, noJdlLimits).description, attribute)?.value.at
      : undefined;
  return written === undefined && line === undefined ? '' : placeText(written ?? told);
}

/** A refusal of the server with the place in the file of the person. */
function withOwnPlace(text: string, error: unknown): unknown {
  if (!isWmsError(error) || error.details['line'] === undefined) return error;
  const message = error.message.replace(placeText(error.details), placeOf(text, error.details));
  return new WmsError(error.code, message, error.details, { cause: error });
}

interface Submitted {
  readonly ids: readonly number[];
  /** Lines about what the description says that is not carried out. */
  readonly warnings: readonly string[];
}

async function submit(world: World, signedIn: SignedIn, file: string): Promise<Submitted> {
  const text = await readFile(resolve(world.cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}). Is the path right?`);
  });
  const jdl = await withSentFiles(world, signedIn, text);
  const { body: jobs, headers } = await signedIn.client
    .callWithHeaders(
      'POST /api/jobs/jdl',
      { body: [jdl] },
      { headers: { 'idempotency-key': crypto.randomUUID() } },
    )
    .catch((error: unknown) => {
      throw withOwnPlace(text, error);
    });
  return {
    ids: jobs.map(({ JobID }) => JobID),
    warnings: readJobWarnings(headers).map(
      (warning) => `${file}: ${placeOf(text, warning)}${plain(warning.message)}`,
    ),
  };
}

export const jobSubmit: Command = {
  summary: 'Submit jobs',
  usage: 'dirac-wms-job-submit FILE.jdl… [--File FILE] [--issuer URL]',
  options: [
    issuerOption,
    { name: 'File', short: 'f', value: 'FILE', help: 'Append the ids of the jobs to this file' },
  ],
  async run(given, world) {
    if (given.words.length === 0) throw usageError(`Say what to submit: ${jobSubmit.usage}`);
    const signedIn = await signIn(world, given.value('issuer'));
    let exitCode = 0;
    for (const file of given.words)
      try {
        const { ids, warnings } = await submit(world, signedIn, file);
        for (const warning of warnings) world.complain(`WARNING: ${warning}`);
        world.print(`JobID = ${ids.length === 1 ? ids[0] : `[${ids.join(', ')}]`}`);
        const list = given.value('File');
        if (list !== undefined) await appendFile(resolve(world.cwd, list), `${ids.join('\n')}\n`);
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
