/**
 * The server as somebody with a certificate or proxy sees it: its port for certificates, which it names itself, on
 * connections that prove the key. Authorities of grid servers come from the folder of grid tools.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type ApiClient } from '@wm/api-contract/client';
import { CliError } from '../cli-error.ts';
import { namedServer } from '../server-address.ts';
import { readTokenFile, tokenFileOf } from '../token-file.ts';
import type { Identity, World } from '../world.ts';
import { trustPlaces } from './grid-places.ts';

/** The certificates of a grid's authorities; none when there is no such folder. */
export async function gridAuthorities(world: World): Promise<readonly string[]> {
  const { authorities: folder } = trustPlaces(world);
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.pem') || /\.0$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.filter((text) => text.includes('-----BEGIN CERTIFICATE-----'));
}

/** The one named, or the one of the saved token. */
export async function serverInUse(world: World, issuer: string | undefined): Promise<string | undefined> {
  const named = namedServer(issuer, world.env);
  if (named !== undefined) return named;
  return (await readTokenFile(tokenFileOf(world), world.userId).catch(() => undefined))?.server;
}

export async function certificateOriginOf(world: World, server: string): Promise<string> {
  const client = createClient({
    baseUrl: server,
    headers: () => ({}),
    fetch: (input, init) => world.fetch(input, { ...init, redirect: 'error' }),
  });
  const { certificateOrigin } = await client.call('GET /bff/welcome', {});
  if (certificateOrigin !== null) return certificateOrigin;
  throw new CliError(`${server} takes no certificates from programs. Log in instead: dirac-login`);
}

/** `group`: the one to act in; a proxy with a group acts in its own. */
export async function certifiedClient(
  world: World,
  server: string,
  identity: Omit<Identity, 'authorities'>,
  group?: string,
): Promise<ApiClient> {
  const baseUrl = await certificateOriginOf(world, server);
  return createClient({
    baseUrl,
    headers: () => (group === undefined ? {} : { 'x-wm-group': group }),
    fetch: world.fetchAs({ ...identity, authorities: await gridAuthorities(world) }),
  });
}
