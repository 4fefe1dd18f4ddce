/** The server's authorization endpoints as an RFC 8628 client sees them. Tokens travel in bodies and headers only. */
import { CliError } from './cli-error.ts';
import type { SavedToken } from './token-file.ts';
import { plain, type World } from './world.ts';

const clientId = 'myDIRACClientID';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const defaultIntervalS = 5;

export interface DeviceCodes {
  readonly userCode: string;
  readonly deviceCode: string;
  readonly link: string;
  readonly expiresInS: number;
  readonly intervalS: number;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(
  world: World,
  server: string,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  let response: Response;
  try {
    response = await world.fetch(`${server}/api/auth/${path}`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ client_id: clientId, ...fields }),
      // A redirect would carry the form to somebody else.
      redirect: 'error',
    });
  } catch {
    throw new CliError(`${server} cannot be reached. Is the address right, and are you on the network?`);
  }
  const body: unknown = await response.json().catch(() => ({}));
  const isObject = typeof body === 'object' && body !== null;
  return { status: response.status, body: isObject ? (body as Answer['body']) : {} };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;

function reasonOf({ status, body }: Answer): string {
  const said = text(body['error_description']) || text(body['detail']) || text(body['error']);
  return plain(said === '' ? `it answered ${status}` : said);
}

export async function askForCodes(world: World, server: string, scope: string): Promise<DeviceCodes> {
  const answer = await post(world, server, 'device', { scope });
  const { body } = answer;
  const deviceCode = text(body['device_code']);
  const link = text(body['verification_uri_complete']) || text(body['verification_uri']);
  if (answer.status !== 200 || deviceCode === '' || !URL.canParse(link))
    throw new CliError(`${server} lets nobody log in from a terminal: ${reasonOf(answer)}`);
  return {
    userCode: plain(text(body['user_code'])),
    deviceCode,
    link: new URL(link).href,
    expiresInS: number(body['expires_in'], 600),
    intervalS: number(body['interval'], defaultIntervalS),
  };
}

function tokenOf(world: World, server: string, { body }: Answer): SavedToken {
  const accessToken = text(body['access_token']);
  if (accessToken === '') throw new CliError(`${server} answered without a token.`);
  const refreshToken = text(body['refresh_token']);
  return {
    server,
    access_token: accessToken,
    ...(refreshToken !== '' && { refresh_token: refreshToken }),
    expires_at: Math.floor(world.nowMs() / 1000) + number(body['expires_in'], 60),
  };
}

const refusals: Readonly<Record<string, string>> = {
  access_denied: 'The log-in was denied in the browser.',
  expired_token: 'The code is over. Log in again, and approve within ten minutes.',
};

/** Asks until the person has decided. */
export async function waitForToken(world: World, server: string, codes: DeviceCodes): Promise<SavedToken> {
  const { deviceCode, expiresInS } = codes;
  const deadlineMs = world.nowMs() + expiresInS * 1000;
  let pauseMs = codes.intervalS * 1000;
  while (world.nowMs() < deadlineMs) {
    await world.sleep(pauseMs);
    const answer = await post(world, server, 'token', { grant_type: deviceGrant, device_code: deviceCode });
    if (answer.status === 200) return tokenOf(world, server, answer);
    const word = text(answer.body['error']);
    if (word === 'slow_down') pauseMs += 5000;
    else if (word !== 'authorization_pending')
      throw new CliError(refusals[word] ?? `The log-in did not work: ${reasonOf(answer)}`);
  }
  throw new CliError(refusals['expired_token'] ?? '');
}

/** Uses the refresh token up. */
export async function refresh(world: World, { server, refresh_token = '' }: SavedToken): Promise<SavedToken> {
  const answer = await post(world, server, 'token', { grant_type: 'refresh_token', refresh_token });
  if (answer.status === 200) return tokenOf(world, server, answer);
  if (answer.status >= 500)
    throw new CliError(`${server} cannot renew your token now; try again in a moment.`);
  throw new CliError('Your log-in is over. Log in again: dirac-login');
}

/** Throws when the server does not say that it is revoked. */
export async function revoke(world: World, { server, refresh_token = '' }: SavedToken): Promise<void> {
  const answer = await post(world, server, 'revoke', { token: refresh_token });
  if (answer.status !== 200) throw new CliError(`${server} did not revoke your token: ${reasonOf(answer)}`);
}
