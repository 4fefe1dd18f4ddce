/**
 * The server and a token that is good now: from `$BEARER_TOKEN`, or the saved file, renewed when it is about to end.
 * A token is sent to nobody but the server that issued it.
 */
import { createClient, type ApiClient } from '@wm/api-contract/client';
import { CliError } from './cli-error.ts';
import { refresh } from './oauth.ts';
import { namedServer, serverOf } from './server-address.ts';
import { readTokenFile, tokenFileOf, withLock, writeTokenFile, type SavedToken } from './token-file.ts';
import { claimsOf } from './token-claims.ts';
import type { World } from './world.ts';

export interface SignedIn {
  readonly server: string;
  readonly accessToken: string;
  readonly client: ApiClient;
}

/** Left on a token that is used without renewing it. */
const enoughS = 60;

const notLoggedIn = new CliError('You are not logged in. Log in first: dirac-login --issuer https://SERVER');

function signedIn(world: World, server: string, accessToken: string): SignedIn {
  const client = createClient({
    baseUrl: server,
    headers: () => ({ authorization: `Bearer ${accessToken}` }),
    // Following a redirect could take the token elsewhere.
    fetch: (input, init) => world.fetch(input, { ...init, redirect: 'error' }),
  });
  return { server, accessToken, client };
}

function fromEnvironment(world: World, token: string, named: string | undefined): SignedIn {
  const { iss } = claimsOf(token);
  const server = named ?? (iss === undefined ? undefined : serverOf(iss, 'BEARER_TOKEN'));
  if (server === undefined)
    throw new CliError('BEARER_TOKEN is set, but not whose it is: name the server with --issuer or WM_URL.');
  return signedIn(world, server, token);
}

const isFresh = (world: World, { expires_at }: SavedToken): boolean =>
  expires_at - world.nowMs() / 1000 > enoughS;

async function renewed(world: World, path: string): Promise<SavedToken> {
  return withLock(world, path, async () => {
    // Another program may have renewed it while this one waited.
    const saved = await readTokenFile(path, world.userId);
    if (saved === undefined) throw notLoggedIn;
    if (isFresh(world, saved)) return saved;
    if (saved.refresh_token === undefined)
      throw new CliError('Your log-in is over. Log in again: dirac-login');
    const fresh = await refresh(world, saved);
    await writeTokenFile(path, fresh);
    return fresh;
  });
}

/** Throws when nobody is logged in, or at another server than the one named. */
export async function signIn(world: World, issuer: string | undefined): Promise<SignedIn> {
  const named = namedServer(issuer, world.env);
  const { BEARER_TOKEN: token } = world.env;
  if (token !== undefined && token !== '') return fromEnvironment(world, token, named);
  const path = tokenFileOf(world);
  const saved = await readTokenFile(path, world.userId);
  if (saved === undefined) throw notLoggedIn;
  if (named !== undefined && named !== saved.server)
    throw new CliError(
      `Your token in ${path} is of ${saved.server}. Log in to ${named} first: dirac-login --issuer ${named}`,
    );
  const good = isFresh(world, saved) ? saved : await renewed(world, path);
  return signedIn(world, good.server, good.access_token);
}
