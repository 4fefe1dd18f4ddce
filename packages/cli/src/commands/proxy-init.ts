/** `dirac-proxy-init`: a proxy from the certificate on this computer, and a long one for the server when wanted. */
import { isWmsError } from '@wm/wms-core/vocabulary';
import { slashForm } from '@wm/credentials';
import type { ApiClient } from '@wm/api-contract/client';
import type { AnswerOf, Routes } from '@wm/api-contract';
import type { Arguments } from '../arguments.ts';
import { CliError, usageError } from '../cli-error.ts';
import { certifiedClient, serverInUse } from '../proxy/certified.ts';
import { certificatePlaces, proxyFileOf } from '../proxy/grid-places.ts';
import { secondsOf } from '../proxy/lifetime.ts';
import { identityOf, makeProxy, signRequest } from '../proxy/make-proxy.ts';
import { proxyBlock } from '../proxy/proxy-facts.ts';
import { readProxyFile, writeProxyFile } from '../proxy/proxy-file.ts';
import { uploadedTable } from '../proxy/stored.ts';
import { userCertificate, type UserCertificate } from '../proxy/user-certificate.ts';
import { vomsAttribute } from '../proxy/voms.ts';
import type { World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

type Terms = AnswerOf<Routes['GET /bff/proxies/group']>;

const dayMs = 86_400_000;
const warnedDays = 30;
/** Of the proxies that only ask. */
const momentS = 600;

function warnings({ certificate }: UserCertificate, nowMs: number): readonly string[] {
  const days = Math.ceil((certificate.notAfterMs - nowMs) / dayMs);
  if (days > warnedDays) return [];
  const line = `Your certificate will expire in less than ${days} days. Please renew it!`;
  const frame = '='.repeat(line.length);
  return [frame, line, frame];
}

interface AtServer {
  readonly client: ApiClient;
  readonly terms: Terms;
}

/** Shows a proxy of some minutes, and asks what holds for the group. Throws in DIRAC's words. */
async function askServer(
  world: World,
  server: string,
  user: UserCertificate,
  group: string | undefined,
): Promise<AtServer> {
  const dn = slashForm(user.certificate.subject);
  const passing = await makeProxy(user, { nowMs: world.nowMs(), lifetimeS: momentS });
  const client = await certifiedClient(world, server, await identityOf(passing), group);
  try {
    return { client, terms: await client.call('GET /bff/proxies/group', {}) };
  } catch (error) {
    if (!isWmsError(error)) throw error;
    if (['certificate.unlinked', 'account.unregistered'].includes(error.code))
      throw new CliError(
        `DN ${dn} is not registered. Log in to ${server} and link your certificate, or ask your VO.`,
      );
    if (error.details['reason'] === 'GROUP_DENIED')
      throw new CliError(`Requested group ${group} is not valid for DN ${dn}`);
    throw error;
  }
}

async function upload(world: World, { client }: AtServer, user: UserCertificate): Promise<readonly string[]> {
  const { requestId, csrPem } = await client.call('POST /bff/proxies/requests', {});
  const chainPem = await signRequest(user, csrPem, world.nowMs());
  const { kept, proxy } = await client.call('PUT /bff/proxies/requests/:requestId', {
    params: { requestId },
    body: { chainPem },
  });
  if (kept) world.complain(`The proxy in the store lasts longer, until ${proxy.validUntil}; it was kept.`);
  const { proxies } = await client.call('GET /bff/proxies', {});
  return uploadedTable(proxies.filter(({ userName }) => userName === proxy.userName));
}

function vomsWanted(isAsked: boolean, terms: Terms | undefined): NonNullable<Terms['voms']> | undefined {
  const voms = terms?.voms ?? undefined;
  if (isAsked && voms === undefined)
    throw new CliError(
      `Requested adding a VOMS extension but no VOMS attribute defined for group ${terms?.group ?? '(unknown)'}`,
    );
  return voms !== undefined && (isAsked || voms.isAdded) ? voms : undefined;
}

async function serverFor(world: World, given: Arguments): Promise<string | undefined> {
  if (given.isSet('nocs')) return undefined;
  const server = await serverInUse(world, given.value('issuer'));
  if (server !== undefined) return server;
  throw usageError('Say which server: --issuer https://wms.example.org, or WM_URL. Without one: --nocs.');
}

/** Shorter keys are not taken by sites, longer ones take minutes to make. */
const keySizes = [2048, 3072, 4096];

function bitsOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (keySizes.map(String).includes(given)) return Number(given);
  throw usageError(`--bits must be one of ${keySizes.join(', ')}; “${given}” is not.`);
}

async function run(given: Arguments, world: World): Promise<number> {
  const lifetimeS = secondsOf(given.value('valid') ?? '24:00');
  const bits = bitsOf(given.value('bits'));
  const server = await serverFor(world, given);
  const mayUpload = !given.isSet('no-upload');
  if (server === undefined && given.isSet('upload'))
    throw usageError('--upload needs a server; leave --nocs out.');
  world.print('Generating proxy...');
  const places = certificatePlaces(world, given.value('cert'), given.value('key'));
  const user = await userCertificate(world, places);
  for (const line of warnings(user, world.nowMs())) world.complain(line);
  const known = server === undefined ? undefined : await askServer(world, server, user, given.value('group'));
  const group = known?.terms.group ?? given.value('group');
  const voms = vomsWanted(given.isSet('VOMS'), known?.terms);
  const passing = voms && (await makeProxy(user, { nowMs: world.nowMs(), lifetimeS: momentS }));
  const attributeCertificate = voms && passing && (await vomsAttribute(world, passing, voms));
  const order = { lifetimeS, group, isLimited: given.isSet('limited'), attributeCertificate, bits };
  const { chain, key } = await makeProxy(user, { ...order, nowMs: world.nowMs() });
  const path = proxyFileOf(world, given.value('out'));
  await writeProxyFile(path, chain, key);
  const isUploaded = mayUpload && (given.isSet('upload') || known?.terms.isUploadedByItself === true);
  if (isUploaded) world.print('Uploading proxy..');
  const uploaded = known && isUploaded ? await upload(world, known, user) : undefined;
  world.print('Proxy generated:');
  const written = await readProxyFile(path, world.userId);
  const lines = proxyBlock(path, written?.chain ?? [], world.nowMs(), { holder: known?.terms });
  for (const line of lines) world.print(line);
  if (uploaded) for (const line of ['', 'Proxies uploaded:', ...uploaded]) world.print(line);
  return 0;
}

export const proxyInit: Command = {
  summary: 'Make a proxy from the certificate on this computer',
  usage:
    'dirac-proxy-init [-g GROUP] [-v H:M] [-U | -N] [-M] [-C CERT] [-K KEY] [-u OUT] [-b BITS] [-l] [-x]',
  options: [
    issuerOption,
    { name: 'group', short: 'g', value: 'GROUP', help: 'Group of the proxy; else your first one' },
    { name: 'valid', short: 'v', value: 'H:M', help: 'How long it lasts; 24:00 when left out' },
    { name: 'upload', short: 'U', help: 'Store a long proxy at the server too; your key stays here' },
    { name: 'no-upload', short: 'N', help: 'Do not, though the group would' },
    { name: 'VOMS', short: 'M', help: 'With the VOMS attributes of the group' },
    { name: 'cert', short: 'C', value: 'FILE', help: 'Certificate as PEM, or .p12; else ~/.globus' },
    { name: 'key', short: 'K', value: 'FILE', help: 'Its key, mode 0600' },
    { name: 'out', short: 'u', value: 'FILE', help: 'Where to save the proxy' },
    { name: 'bits', short: 'b', value: 'BITS', help: 'Size of its key: 2048 when left out, 3072, 4096' },
    { name: 'limited', short: 'l', help: 'A limited proxy' },
    { name: 'nocs', short: 'x', help: 'Ask no server; the group is not checked' },
    { name: 'pwstdin', short: 'p', help: 'What is done anyway when the input is no terminal' },
    { name: 'strict', short: 't', help: 'What is done anyway' },
    { name: 'summary', short: 'S', help: 'What is done anyway' },
  ],
  run,
};
