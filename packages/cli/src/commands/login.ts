/** `dirac-login`: the person approves in a browser, anywhere; the token is saved here, and a proxy when wanted. */
import { usageError } from '../cli-error.ts';
import { infoBlock, timeLeft } from '../info-block.ts';
import { askForCodes, waitForToken } from '../oauth.ts';
import { qrLines } from '../qr-code.ts';
import { proxyFileOf } from '../proxy/grid-places.ts';
import { askedFor } from '../proxy/lifetime.ts';
import { proxyBlock } from '../proxy/proxy-facts.ts';
import { takeProxy } from '../proxy/stored.ts';
import { namedServer } from '../server-address.ts';
import { signIn, type SignedIn } from '../signed-in.ts';
import { claimsOf } from '../token-claims.ts';
import { readTokenFile, tokenFileOf, writeTokenFile } from '../token-file.ts';
import type { World } from '../world.ts';
import { issuerOption, type Command } from './command.ts';

const scopeWord = /^(?:vo|group|property|g):/;

/** DIRAC's words: a group, and scopes; `g:` is its way to write `group:`. */
const scopeOf = (words: readonly string[]): string =>
  words.map((word) => (scopeWord.test(word) ? word.replace(/^g:/, 'group:') : `group:${word}`)).join(' ');

/** Asked of the server, so that it is what holds there and not what the token claims. */
async function describe(world: World, { server, accessToken }: SignedIn): Promise<readonly string[]> {
  const claims = claimsOf(accessToken);
  const response = await world.fetch(`${server}/api/auth/userinfo`, {
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    redirect: 'error',
  });
  const info = (response.ok ? await response.json() : {}) as {
    readonly sub?: string;
    readonly preferred_username?: string;
    readonly dirac_group?: string;
    readonly properties?: readonly string[];
  };
  return infoBlock([
    ['subject', info.sub ?? claims.sub],
    ['issuer', claims.iss ?? server],
    ['timeleft', claims.exp === undefined ? undefined : timeLeft(claims.exp - world.nowMs() / 1000)],
    ['username', info.preferred_username],
    ['DIRAC group', info.dirac_group],
    ['properties', info.properties?.join(', ')],
  ]);
}

async function status(world: World, issuer: string | undefined): Promise<number> {
  for (const line of await describe(world, await signIn(world, issuer))) world.print(line);
  return 0;
}

/** The server of before is meant when none is named. */
async function serverToLogInTo(world: World, issuer: string | undefined): Promise<string> {
  const named = namedServer(issuer, world.env);
  if (named !== undefined) return named;
  const saved = await readTokenFile(tokenFileOf(world), world.userId).catch(() => undefined);
  if (saved !== undefined) return saved.server;
  throw usageError('Say where to log in: dirac-login --issuer https://wms.example.org (or set WM_URL).');
}

/** Out of the store, with a key made here. */
async function saveProxy(world: World, { client }: SignedIn, hours: string): Promise<void> {
  const lifetimeS = askedFor(Number(hours) * 3600);
  const path = proxyFileOf(world);
  const { chain } = await takeProxy(world, client, { lifetimeS }, path);
  world.print(`Proxy is saved to ${path}.`);
  for (const line of proxyBlock(path, chain, world.nowMs())) world.print(line);
}

function hoursOf(text: string): string {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return text;
  throw usageError(`--lifetime: “${text}” is no number of hours; right would be 12`);
}

export const login: Command = {
  summary: 'Log in, with a browser on this or any other device',
  usage: 'dirac-login [group] [scope…] [--issuer URL] [--out FILE] [--proxy [-T HOURS]] [--status]',
  options: [
    issuerOption,
    { name: 'out', short: 'O', value: 'FILE', help: 'Where to save the token' },
    { name: 'status', help: 'Show the log-in that is saved' },
    { name: 'proxy', help: 'Take a proxy out of the store too' },
    { name: 'lifetime', short: 'T', value: 'HOURS', help: 'How long the proxy lasts; 12 when left out' },
    { name: 'token', help: 'What is done anyway, for scripts written for DIRAC' },
  ],
  async run(given, world) {
    const hours = hoursOf(given.value('lifetime') ?? '12');
    if (given.isSet('status')) return status(world, given.value('issuer'));
    const server = await serverToLogInTo(world, given.value('issuer'));
    const file = tokenFileOf(world, given.value('out'));
    const codes = await askForCodes(world, server, scopeOf(given.words));
    world.print('Use the following link to continue');
    world.print(codes.link);
    world.print(`Approve only if the page shows the code ${codes.userCode}`);
    if (world.isTerminal) for (const line of qrLines(codes.link)) world.print(line);
    world.print('Authorization pending.. (use CNTL + C to stop)');
    const token = await waitForToken(world, server, codes);
    await writeTokenFile(file, token);
    world.print(`New token is saved to ${file}.`);
    const signedIn = await signIn({ ...world, env: { BEARER_TOKEN: token.access_token } }, server);
    for (const line of await describe(world, signedIn)) world.print(line);
    if (given.isSet('proxy')) await saveProxy(world, signedIn, hours);
    return 0;
  },
};
