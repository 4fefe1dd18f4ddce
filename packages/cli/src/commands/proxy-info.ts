/** `dirac-proxy-info`: what the proxy on this computer is, and whether it is good. */
import { access } from 'node:fs/promises';
import { isCredentialError, validateChain, type Certificate } from '@wm/credentials';
import { silentLogger as log } from '@wm/wms-core/logger';
import { createTrustFolder } from '@wm/wms-core/trust-folder';
import type { AnswerOf, Routes } from '@wm/api-contract';
import type { Arguments } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { certifiedClient, serverInUse } from '../proxy/certified.ts';
import { proxyFileOf, trustPlaces } from '../proxy/grid-places.ts';
import { attributesOf, endOf, gridTime, groupOf, proxyBlock, stepsBlock } from '../proxy/proxy-facts.ts';
import { readProxyFile, type ProxyFile } from '../proxy/proxy-file.ts';
import { identityOfFile } from '../proxy/stored.ts';
import { plain, type World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

type Terms = AnswerOf<Routes['GET /bff/proxies/group']>;

interface Told {
  readonly terms: Terms | undefined;
  /** Why the server told nothing. */
  readonly refusal: string | undefined;
  readonly uploaded: readonly { readonly subjectDn: string; readonly validUntil: string }[];
}

const nothing: Told = { terms: undefined, refusal: undefined, uploaded: [] };

async function askServer(world: World, given: Arguments, proxy: ProxyFile): Promise<Told> {
  const server = given.isSet('nocs') ? undefined : await serverInUse(world, given.value('issuer'));
  if (server === undefined || endOf(proxy.chain) <= world.nowMs()) return nothing;
  try {
    const client = await certifiedClient(world, server, identityOfFile(proxy));
    const terms = await client.call('GET /bff/proxies/group', {});
    const { proxies } = given.isSet('uploadedinfo')
      ? await client.call('GET /bff/proxies', {})
      : { proxies: [] };
    return {
      terms,
      refusal: undefined,
      uploaded: proxies.filter(({ userName }) => userName === terms.userName),
    };
  } catch (error) {
    return { ...nothing, refusal: error instanceof Error ? plain(error.message) : String(error) };
  }
}

/** Undefined when the folder of authorities is not there: then only times can be looked at. */
async function chainFault(world: World, chain: readonly Certificate[]): Promise<string | undefined> {
  const { authorities } = trustPlaces(world);
  const hasFolder = await access(authorities).then(
    () => true,
    () => false,
  );
  if (!hasFolder) return undefined;
  const trust = createTrustFolder({ anchors: [authorities], clock: { nowMs: world.nowMs }, log });
  try {
    await validateChain(chain, await trust.current(), world.nowMs());
    return undefined;
  } catch (error) {
    if (isCredentialError(error)) return error.reason === 'EXPIRED' ? 'Proxy is expired' : error.message;
    throw error;
  }
}

function vomsFault(
  chain: readonly Certificate[],
  terms: Terms | undefined,
  nowMs: number,
): string | undefined {
  if (!chain.some(({ hasVomsAttributes }) => hasVomsAttributes)) return undefined;
  let attributes: ReturnType<typeof attributesOf>;
  try {
    attributes = attributesOf(chain);
  } catch {
    return 'Unable to retrieve VOMS extension';
  }
  if (attributes === undefined) return 'Unable to retrieve VOMS extension';
  if (attributes.notAfterMs <= nowMs) return 'VOMS attributes are expired';
  const expected = terms?.voms?.fqan;
  const [first = ''] = attributes.fqans;
  return expected === undefined || first === expected
    ? undefined
    : `Unexpected VOMS extension ${first}. Extension expected for DIRAC group is ${expected}`;
}

async function faultOf(world: World, { chain }: ProxyFile, told: Told, isVomsLookedAt: boolean) {
  if (endOf(chain) <= world.nowMs()) return 'Proxy is expired';
  const group = groupOf(chain);
  const ofChain = await chainFault(world, chain);
  if (ofChain !== undefined) return ofChain;
  if (told.refusal !== undefined)
    return group === undefined ? told.refusal : `Group ${group} is not valid: ${told.refusal}`;
  return isVomsLookedAt ? vomsFault(chain, told.terms, world.nowMs()) : undefined;
}

function uploadedBlock({ uploaded }: Told): readonly string[] {
  if (uploaded.length === 0) return ['== No proxies uploaded =='];
  const width = Math.max(2, ...uploaded.map(({ subjectDn }) => subjectDn.length));
  return [
    '== Proxies uploaded ==',
    ` ${'DN'.padEnd(width)} | Until (GMT)`,
    ...uploaded.map(
      ({ subjectDn, validUntil }) => ` ${plain(subjectDn).padEnd(width)} | ${gridTime(validUntil)}`,
    ),
  ];
}

async function run(given: Arguments, world: World): Promise<number> {
  const path = proxyFileOf(world, given.value('file'));
  const proxy = await readProxyFile(path, world.userId);
  if (proxy === undefined)
    throw new CliError(`There is no proxy in ${path}. Make one: dirac-proxy-init, or dirac-login --proxy`);
  const told = await askServer(world, given, proxy);
  const isVomsShown = !given.isSet('novoms');
  const more = { holder: told.terms, isVomsShown };
  for (const line of proxyBlock(path, proxy.chain, world.nowMs(), more)) world.print(line);
  if (given.isSet('steps')) for (const line of stepsBlock(proxy.chain, world.nowMs())) world.print(line);
  if (given.isSet('uploadedinfo')) for (const line of uploadedBlock(told)) world.print(line);
  if (!given.isSet('checkvalid')) return 0;
  const fault = await faultOf(world, proxy, told, isVomsShown);
  if (fault === undefined) return 0;
  world.complain(`Invalid proxy: ${fault}`);
  return 1;
}

export const proxyInfo: Command = {
  summary: 'Show the proxy on this computer',
  usage: 'dirac-proxy-info [-f FILE] [-v] [-e] [-m] [-n] [-x]',
  options: [
    issuerOption,
    {
      name: 'file',
      short: 'f',
      value: 'FILE',
      help: 'Which proxy; else $X509_USER_PROXY, else /tmp/x509up_u<uid>',
    },
    { name: 'checkvalid', short: 'v', help: 'End with 1 and say why when it is no good' },
    { name: 'steps', short: 'e', help: 'Show each certificate of the chain' },
    { name: 'uploadedinfo', short: 'm', help: 'Show what is stored at the server' },
    { name: 'novoms', short: 'n', help: 'Do not look at VOMS attributes' },
    { name: 'nocs', short: 'x', help: 'Ask no server' },
  ],
  run,
};
