/**
 * What every bad-input test starts from: a server of its own over the strict installation, users without a
 * browser, people with faulty certificates, and what "nothing half done remains" is checked with.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createTestPki, type TestPki } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';
import { uploadDemoProxy } from '../world/demo-proxy.ts';
import { logIn, type HttpUser } from '../world/http-user.ts';
import { startServer, type RunningServer, type ServerOptions } from '../world/server.ts';
import { makeInstallation, type Installation } from './installation.ts';

const dayMs = 86_400_000;

export type Fault = 'expired' | 'revoked' | 'notYetValid' | 'untrusted';

export interface StrictWorld extends AsyncDisposable {
  readonly url: string;
  readonly server: RunningServer;
  readonly pki: TestPki;
  readonly installation: Installation;
  /** People with one fault each. */
  readonly faulty: Readonly<Record<Fault, Credential>>;
  /** Logged in once a world and group. */
  user(userName: string, group?: string): Promise<HttpUser>;
  /** The same with the demo proxy in the store. */
  userWithProxy(userName: string, group?: string): Promise<HttpUser>;
  /** Somebody who never has a proxy. */
  visitor(): Promise<HttpUser>;
  /** SIGKILL, then a server on the same port and data folder. */
  killAndRestart(): Promise<void>;
  /** Lets the stored proxies of a user have ended an hour ago. */
  endProxies(userName: string): void;
  /** Paths of all files in the sandbox store, unfinished ones too. */
  sandboxFiles(): Promise<readonly string[]>;
}

async function makeFaulty(pki: TestPki): Promise<Record<Fault, Credential>> {
  const { nowMs } = pki;
  const rogue = await createTestPki(nowMs);
  const [expired, revoked, notYetValid, untrusted] = await Promise.all([
    pki.person('Otto Old', { notBeforeMs: nowMs - 9 * dayMs, notAfterMs: nowMs - dayMs }),
    pki.person('Rita Revoked'),
    pki.person('Nora Next', { notBeforeMs: nowMs + dayMs, notAfterMs: nowMs + 9 * dayMs }),
    rogue.person('Uma Untrusted'),
  ]);
  return { expired, revoked, notYetValid, untrusted };
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** `dataFolder` is made when missing. */
export async function openStrictWorld(options: { readonly dataFolder?: string } = {}): Promise<StrictWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'wm-bad-input-'));
  const pki = await createTestPki();
  const faulty = await makeFaulty(pki);
  const installation = await makeInstallation(folder, pki, [faulty.revoked]);
  const dataFolder = options.dataFolder ?? join(folder, 'data');
  const serverOptions: ServerOptions = { dataFolder, environment: installation.environment };
  let server = await startServer(serverOptions);
  const users = new Map<string, Promise<HttpUser>>();
  const withProxy = new Map<string, Promise<HttpUser>>();
  const remember = (
    known: Map<string, Promise<HttpUser>>,
    key: string,
    make: () => Promise<HttpUser>,
  ): Promise<HttpUser> => {
    const made = known.get(key) ?? make();
    known.set(key, made);
    return made;
  };
  const user = (userName: string, group?: string): Promise<HttpUser> =>
    remember(users, `${userName} ${group}`, () => logIn(server.url, userName, group));
  return {
    pki,
    installation,
    faulty,
    url: server.url,
    get server() {
      return server;
    },
    user,
    userWithProxy: (userName, group) =>
      remember(withProxy, `${userName} ${group}`, async () => {
        const known = await user(userName, group);
        await uploadDemoProxy(server.url, known);
        return known;
      }),
    visitor: () => user('visitor', 'access_user'),
    killAndRestart: async () => {
      await server.kill();
      server = await startServer({ ...serverOptions, port: server.port });
    },
    endProxies: (userName) => {
      const database = new DatabaseSync(join(dataFolder, 'wms.sqlite'), { timeout: 5000 });
      database
        .prepare(
          'update proxies set valid_until_ms = ? where account_id = (select account_id from accounts where user_name = ?)',
        )
        .run(Date.now() - 3_600_000, userName);
      database.close();
    },
    sandboxFiles: () => filesBelow(join(dataFolder, 'sandboxes')),
    [Symbol.asyncDispose]: async () => {
      await installation.endPilots();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function proxiesOf(user: HttpUser): Promise<readonly string[]> {
  const { proxies } = await user.client.call('GET /bff/proxies', {});
  return proxies.map(({ subjectDn }) => subjectDn);
}

/** Ids of all jobs the user sees. */
export async function jobsOf(user: HttpUser): Promise<readonly number[]> {
  const rows = await user.client.call('POST /api/jobs/search', {
    query: { per_page: 10_000 },
    body: { parameters: ['JobID'], sort: [{ parameter: 'JobID', direction: 'asc' }] },
  });
  return rows.map((row) => Number(row['JobID']));
}

export async function statusOf(user: HttpUser, jobId: number): Promise<string> {
  const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId } });
  return String(attributes['Status']);
}

export async function submit(user: HttpUser, jdl: string): Promise<number> {
  const [job] = await user.client.call('POST /api/jobs/jdl', { body: [jdl] });
  if (job === undefined) throw new Error('The submission was answered without a job.');
  return job.JobID;
}
