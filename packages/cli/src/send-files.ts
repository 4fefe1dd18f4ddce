/** Local files of an InputSandbox on their way to the server, before the description that names them. */
import {
  findEntry,
  listValue,
  printJdl,
  textsOf,
  withEntry,
  type JdlDescription,
} from '@wm/wms-core/vocabulary';
import { CliError } from './cli-error.ts';
import { packSandbox } from './pack-sandbox.ts';
import type { SignedIn } from './signed-in.ts';
import type { World } from './world.ts';

/** What lies elsewhere already, or has its name from each job of the sweep. */
const isRemote = (item: string): boolean => /^(?:LFN:|SB:|%s|%\()/i.test(item);

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

/** The text to submit: local files are replaced by the sandbox they were sent as; without any it stays as it is. */
export async function withSentFiles(
  world: World,
  signedIn: SignedIn,
  text: string,
  description: JdlDescription,
): Promise<string> {
  const entry = findEntry(description, 'InputSandbox');
  const items = entry === undefined ? [] : textsOf(entry.value);
  const local = items.filter((item) => !isRemote(item));
  if (local.length === 0) return text;
  const pfn = await send(world, signedIn, local);
  return printJdl(withEntry(description, 'InputSandbox', listValue([...items.filter(isRemote), pfn])));
}
