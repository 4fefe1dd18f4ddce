/**
 * What every computing element must do, as a suite that each type's test calls with its own way to open one.
 * `pilotFile` of the context is given by the suite: a stand-in pilot that obeys the part in its first tag.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import type {
  ComputingElement,
  ComputingElementContext,
  PilotLaunch,
  PilotStateAtElement,
} from './computing-element.ts';

export type { ComputingElement, ComputingElementContext };

/** Plays the part named in its first tag: `end N` or `stay`; tells what it was given on its output. */
const standInPilot = `
import { readFileSync, rmSync } from 'node:fs';
const file = process.env.WM_PILOT_CONFIG;
const configuration = JSON.parse(readFileSync(file, 'utf8'));
rmSync(file);
console.log(JSON.stringify({ configuration, environment: Object.keys(process.env).sort() }));
console.error('a complaint');
const [part, code] = configuration.tags[0].split(' ');
if (part === 'end') process.exitCode = Number(code);
else setInterval(() => {}, 1000);
`;

export const aPilotLaunch = (fields: Partial<PilotLaunch> = {}): PilotLaunch => ({
  serverUrl: 'http://127.0.0.1:1',
  token: 'stamp.secret',
  stamp: randomBytes(16).toString('hex'),
  site: 'EGI.Test.org',
  computingElement: 'ce',
  batchQueue: 'queue',
  maxWallTimeS: 60,
  processors: 1,
  memoryMiB: 512,
  tags: ['end 0', 'A'],
  requiredTags: [],
  ...fields,
});

/** How often an element may be asked, and for how long: services look at their jobs now and then only. */
export interface Patience {
  readonly everyMs: number;
  readonly forMs: number;
}

const noPatience: Patience = { everyMs: 20, forMs: 20_000 };

const until = async <T>(
  what: () => string,
  { everyMs, forMs }: Patience,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  for (let waitedMs = 0; waitedMs <= forMs; waitedMs += everyMs) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await delay(everyMs);
  }
  throw new Error(what());
};

/** Asks until the state is one of those wanted. */
export const untilStatus = (
  element: ComputingElement,
  reference: string,
  wanted: readonly PilotStateAtElement['status'][],
  patience = noPatience,
): Promise<PilotStateAtElement> => {
  let last = 'unknown';
  const what = (): string => `${reference} never became ${wanted.join(' or ')}, it was ${last}`;
  return until(what, patience, async () => {
    const state = (await element.status([reference])).get(reference);
    last = state === undefined ? 'unknown' : `${state.status} (${state.reason})`;
    return state !== undefined && wanted.includes(state.status) ? state : undefined;
  });
};

/**
 * Asks until a pilot that was killed is over. Failed is as good as Aborted: what has only just begun sees that it
 * is to stop and ends by itself, before the batch system takes it away.
 */
export const untilKilled = (
  element: ComputingElement,
  reference: string,
  patience = noPatience,
): Promise<PilotStateAtElement> => untilStatus(element, reference, ['Aborted', 'Failed'], patience);

/** Asks until the element counts so many running pilots. */
const untilRunning = (element: ComputingElement, count: number, patience: Patience): Promise<true> =>
  until(
    () => `never ${count} running`,
    patience,
    async () => ((await element.ceStatus()).running === count ? true : undefined),
  );

const withoutStamp = (reference: string): string => reference.replace(/[0-9a-f]{32}$/, '0'.repeat(32));

export interface ContractOptions {
  readonly patience?: Patience;
  /** Fields of every launch, such as a batch queue that is there. */
  readonly launch?: Partial<PilotLaunch>;
  /** Where the file with the credential lies; the folder of the pilot in that of the element when left out. */
  readonly credentialFile?: (context: ComputingElementContext, stamp: string) => string;
  /** The reference of a pilot that never was, in the form of a real one. */
  readonly ofNobody?: (reference: string) => string;
  /** Why it cannot run here; false when it can. */
  readonly skip?: string | false;
}

export const computingElementContract = (
  name: string,
  open: (context: ComputingElementContext) => ComputingElement,
  options: ContractOptions = {},
): void => {
  const { ofNobody = withoutStamp, patience = noPatience, skip = false } = options;
  const credentialFile =
    options.credentialFile ??
    (({ folder }: ComputingElementContext, stamp: string) => join(folder, stamp, 'pilot.json'));
  const launched = (fields: Partial<PilotLaunch> = {}) => aPilotLaunch({ ...options.launch, ...fields });

  describe(`a computing element of type ${name}`, { skip }, () => {
    let context: ComputingElementContext;
    let element: ComputingElement;
    before(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'wm-element-'));
      const pilotFile = join(folder, 'pilot.mjs');
      await writeFile(pilotFile, standInPilot);
      context = {
        site: 'EGI.Test.org',
        name: 'ce',
        folder: join(folder, 'ce'),
        pilotFile,
        hiddenFolders: ['/hidden'],
        clock: systemClock,
        log: silentLogger,
      };
      element = open(context);
    });
    // Pilots that were killed last may still be writing.
    after(() =>
      rm(join(context.folder, '..'), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
    );

    const submitted = async (launch: PilotLaunch): Promise<string> => {
      const [verdict] = await element.submit([launch]);
      assert.ok(verdict?.ok, verdict?.ok === false ? verdict.reason : 'no verdict');
      return verdict.reference;
    };

    it('runs a pilot with its configuration and keeps what it prints', async () => {
      const launch = launched();
      const reference = await submitted(launch);
      assert.ok(reference.endsWith(launch.stamp));
      await untilStatus(element, reference, ['Done'], patience);
      const { stdout, stderr } = await element.output(reference, 10_000);
      const told = JSON.parse(stdout) as { configuration: Record<string, unknown>; environment: string[] };
      const { workDirectory, hiddenDirectories, ...rest } = told.configuration;
      assert.ok(Array.isArray(hiddenDirectories));
      assert.deepEqual(rest, { ...launch });
      assert.equal(typeof workDirectory, 'string');
      assert.equal(stderr.trim(), 'a complaint');
    });

    it('gives the pilot nothing of the environment of the server that is not listed', async () => {
      process.env['WM_TEST_SECRET'] = 'x';
      const reference = await submitted(launched());
      delete process.env['WM_TEST_SECRET'];
      await untilStatus(element, reference, ['Done'], patience);
      const { stdout } = await element.output(reference, 10_000);
      assert.equal(stdout.includes('WM_TEST_SECRET'), false);
    });

    it('tells a pilot that failed from one that ended well', async () => {
      const reference = await submitted(launched({ tags: ['end 3'] }));
      const state = await untilStatus(element, reference, ['Failed', 'Done'], patience);
      assert.equal(state.status, 'Failed');
      assert.match(state.reason, /3/);
    });

    it('kills a pilot, and killing it again or killing nothing is a success', async () => {
      const reference = await submitted(launched({ tags: ['stay'] }));
      await untilStatus(element, reference, ['Running'], patience);
      await untilRunning(element, 1, patience);
      await element.kill([reference]);
      await untilKilled(element, reference, patience);
      await element.kill([reference, ofNobody(reference), '']);
      await untilRunning(element, 0, patience);
    });

    it('kills a pilot that is only starting', async () => {
      const launches = Array.from({ length: 5 }, () => launched({ tags: ['stay'] }));
      const references = await Promise.all(launches.map(submitted));
      await element.kill(references, true);
      for (const reference of references) await untilKilled(element, reference, patience);
      await untilRunning(element, 0, patience);
    });

    it('never runs the same stamp twice', async () => {
      const launch = launched({ tags: ['stay'] });
      const reference = await submitted(launch);
      const [again] = await element.submit([launch]);
      assert.equal(again?.ok, false);
      await untilStatus(element, reference, ['Running'], patience);
      await element.kill([reference]);
    });

    it('knows a pilot by its stamp alone, for a server that died before it wrote the reference down', async () => {
      const launch = launched({ tags: ['stay'] });
      const reference = await submitted(launch);
      await untilStatus(element, launch.stamp, ['Running'], patience);
      await element.kill([launch.stamp]);
      await untilKilled(element, reference, patience);
    });

    it('answers for every reference asked', async () => {
      const reference = await submitted(launched());
      const asked = [ofNobody(reference), 'nonsense', '../../etc', reference];
      await untilStatus(element, reference, ['Done'], patience);
      const states = await element.status(asked);
      assert.deepEqual([...states.keys()], asked);
      const told = [...states.values()].map(({ status }) => status);
      assert.equal(told.pop(), 'Done');
      assert.ok(told.every((status) => status === 'Aborted' || status === 'Unknown'));
    });

    it('another process finds the pilots of the one before it', async () => {
      const reference = await submitted(launched({ tags: ['stay'] }));
      await untilStatus(element, reference, ['Running'], patience);
      const successor = open(context);
      assert.equal((await successor.status([reference])).get(reference)?.status, 'Running');
      await successor.kill([reference]);
      await untilKilled(element, reference, patience);
    });

    it('keeps the credential from other accounts and removes it with the pilot', async () => {
      const launch = launched({ token: 'stamp.very-secret', tags: ['stay'] });
      const reference = await submitted(launch);
      await untilStatus(element, reference, ['Running'], patience);
      await element.kill([reference]);
      await assert.rejects(readFile(credentialFile(context, launch.stamp)), { code: 'ENOENT' });
    });
  });
};
