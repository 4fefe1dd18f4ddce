/** A computing element of type `arc` before a fake A-REX: credentials on disk, a clock to move. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authoritiesPem, createTestPki, hostFiles, proxyPem, type TestPki } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';
import type { ComputingElement, ComputingElementContext } from '../computing/computing-element.ts';
import { openComputingElement } from '../computing/types/index.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { startFakeArex, type FakeArex } from './fake-arex.ts';

export interface ArcWorld {
  /** What the store answers. */
  storedProxy: NonNullable<ComputingElementContext['storedProxy']>;
  readonly arex: FakeArex;
  readonly clock: FakeClock;
  readonly pki: TestPki;
  readonly robot: Credential;
  readonly proxyFile: string;
  readonly context: ComputingElementContext;
  /** As another process of the server would: nothing is shared but the folder. */
  open(parameters?: Record<string, unknown>): ComputingElement;
  /** A new proxy of somebody, in place. */
  renewProxy(lifeS: number, person?: Credential): Promise<void>;
  close(): Promise<void>;
}

export async function createArcWorld(): Promise<ArcWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'wm-arc-'));
  const pki = await createTestPki();
  const arex = await startFakeArex(await hostFiles(pki));
  const clock = createFakeClock(Date.now());
  const robot = await pki.person('Robot');
  const names = ['proxy.pem', 'ca.pem', 'pilot.mjs', 'pilot.run'];
  const [proxyFile, caFile, pilotFile, singlePilotFile] = names.map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  await writeFile(caFile, authoritiesPem(pki));
  await writeFile(pilotFile, '// the pilot');
  await writeFile(singlePilotFile, '# the pilot with a Node.js');
  const context: ComputingElementContext = {
    site: 'EGI.Test.org',
    name: 'ce',
    folder: join(folder, 'ce'),
    pilotFile,
    singlePilotFile: () => Promise.resolve(singlePilotFile),
    storedProxy: (whose) => world.storedProxy(whose),
    hiddenFolders: [],
    clock,
    log: silentLogger,
  };
  const renewProxy = async (lifeS: number, person = robot): Promise<void> =>
    writeFile(proxyFile, await proxyPem(pki, person, lifeS, clock.nowMs()), { mode: 0o600 });
  await renewProxy(86_400);
  const world: ArcWorld = {
    storedProxy: () => Promise.reject(new Error('The store is empty.')),
    arex,
    clock,
    pki,
    robot,
    proxyFile,
    context,
    renewProxy,
    open: (parameters = {}) => {
      const { endpoint } = arex;
      const all = { endpoint, caFile, queue: 'fork', delegation: 'none', proxyFile, ...parameters };
      return openComputingElement({ type: 'arc', queues: {}, parameters: all }, context);
    },
    close: async () => {
      await arex.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
