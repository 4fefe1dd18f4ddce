/** Sandboxes made by hand: archives as no good client packs them, and the presigned door. */
import { createHash, createHmac } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar, unpackTar, type TarEntry } from 'modern-tar';
import type { HttpUser } from '../world/http-user.ts';
import { signingKey } from './installation.ts';
import { plain, type PlainAnswer } from './refusals.ts';

export interface PackedFile {
  readonly name: string;
  readonly body: string | Uint8Array;
}

/** A tar.gz; `more` are entries of any kind and name. */
export async function pack(files: readonly PackedFile[], more: readonly TarEntry[] = []): Promise<Buffer> {
  const entries = files.map(({ name, body }): TarEntry => {
    const bytes = Buffer.from(body);
    return { header: { name, size: bytes.length, type: 'file' }, body: bytes };
  });
  return gzipSync(await packTar([...entries, ...more]));
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Door {
  readonly pfn: string;
  readonly url: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

/** Announces what `said` says, or the truth. */
export const announce = (
  user: HttpUser,
  archive: Uint8Array,
  said: { readonly checksum?: string; readonly size?: number } = {},
): Promise<Door> =>
  user.client.call('POST /api/jobs/sandbox', {
    body: {
      checksum_algorithm: 'sha256',
      checksum: said.checksum ?? sha256(archive),
      size: said.size ?? archive.length,
      format: 'tar.gz',
    },
  });

/** Sends the bytes through the door. */
export function sendThrough(serverUrl: string, door: Door, archive: Uint8Array): Promise<PlainAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(door.fields)) form.append(name, value);
  form.append('file', new Blob([Uint8Array.from(archive)]), 'sandbox.tar.gz');
  return plain(new URL(door.url ?? '', serverUrl).href, { method: 'POST', body: form });
}

/** Stores an archive; its PFN. */
export async function store(serverUrl: string, user: HttpUser, archive: Uint8Array): Promise<string> {
  const door = await announce(user, archive);
  if (door.url === null) return door.pfn;
  const answer = await sendThrough(serverUrl, door, archive);
  if (answer.status !== 204) throw new Error(`The sandbox was not stored: ${answer.text}`);
  return door.pfn;
}

/** A token as the server signs it (`presigned-token.adapter.ts`), ended a second ago unless told otherwise. */
export function downloadToken(pfn: string, expiresAtMs = Date.now() - 1000): string {
  const body = Buffer.from(JSON.stringify({ e: expiresAtMs, f: { pfn } })).toString('base64url');
  const signature = createHmac('sha256', Buffer.from(signingKey, 'hex'))
    .update(`wm.presigned.v1\nsandbox-download\n${body}`)
    .digest('base64url');
  return `${body}.${signature}`;
}

/** Files of the output sandbox by name. */
export async function outputOf(
  serverUrl: string,
  user: HttpUser,
  jobId: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const { archives } = await user.client.call('GET /bff/jobs/:jobId/sandbox/:kind', {
    params: { jobId, kind: 'output' },
  });
  const files = new Map<string, Buffer>();
  for (const { url } of archives) {
    const answer = await fetch(new URL(url, serverUrl));
    for (const { header, data } of await unpackTar(gunzipSync(Buffer.from(await answer.arrayBuffer()))))
      files.set(header.name.replace(/^\.\//, ''), Buffer.from(data ?? []));
  }
  return files;
}
