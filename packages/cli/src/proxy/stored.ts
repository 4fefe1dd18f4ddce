/** The proxies in the server's store, as whoever is logged in, or holds a proxy here, may see and take them. */
import { generateRsaKeyPair, makeProxyRequest, readPem, writeCertificates } from '@wm/credentials';
import type { ApiClient } from '@wm/api-contract/client';
import { CliError } from '../cli-error.ts';
import { signIn } from '../signed-in.ts';
import { readTokenFile, tokenFileOf } from '../token-file.ts';
import type { World } from '../world.ts';
import { certifiedClient, serverInUse } from './certified.ts';
import { proxyFileOf } from './grid-places.ts';
import { readProxyFile, writeProxyFile, type ProxyFile } from './proxy-file.ts';
import { gridTime, table } from './proxy-facts.ts';

export interface HandOut {
  readonly userName?: string | undefined;
  readonly group?: string | undefined;
  readonly lifetimeS: number;
  readonly isLimited?: boolean;
  readonly wantsVoms?: boolean;
}

/** The key is made here and goes nowhere. Answers with the file. */
export async function takeProxy(
  world: World,
  client: ApiClient,
  order: HandOut,
  file: string,
): Promise<ProxyFile> {
  const keys = await generateRsaKeyPair();
  const { chainPem } = await client.call('POST /bff/proxies/take', {
    body: { csrPem: await makeProxyRequest(keys), ...order },
  });
  await writeProxyFile(
    file,
    readPem(chainPem).map(({ der }) => der),
    keys.privateKey,
  );
  const written = await readProxyFile(file, world.userId);
  if (written === undefined) throw new CliError(`The proxy in ${file} is gone.`);
  return written;
}

export const identityOfFile = ({ chain, keyPem }: ProxyFile) => ({
  chainPem: writeCertificates(chain.map(({ der }) => der)),
  keyPem,
});

/** With the token when there is one, else with the proxy on disk. */
export async function knownClient(world: World, issuer: string | undefined): Promise<ApiClient> {
  const { BEARER_TOKEN: token } = world.env;
  const hasToken = token !== undefined && token !== '';
  const saved = await readTokenFile(tokenFileOf(world), world.userId).catch(() => undefined);
  if (hasToken || saved !== undefined) return (await signIn(world, issuer)).client;
  const server = await serverInUse(world, issuer);
  const proxy = await readProxyFile(proxyFileOf(world), world.userId);
  if (server !== undefined && proxy !== undefined)
    return certifiedClient(world, server, identityOfFile(proxy));
  throw new CliError(
    'You are not logged in, and no proxy is here. dirac-login --issuer https://SERVER, or dirac-proxy-init with WM_URL set.',
  );
}

interface Listed {
  readonly subjectDn: string;
  readonly validUntil: string;
}

export const uploadedTable = (proxies: readonly Listed[]): readonly string[] =>
  table(
    ['UserDN', 'ExpirationTime'],
    proxies.map(({ subjectDn, validUntil }) => [subjectDn, gridTime(validUntil)]),
  );
