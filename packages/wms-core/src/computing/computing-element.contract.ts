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

/** Of a pilot that never was, in the form of a real one. */
const ofNobody = (reference: string): string => reference.replace(/[0-9a-f]{32}$/, '0'.repeat(32));

/** Asks until the state is one of those wanted; fails after 20 s. */
export const untilStatus = async (
  element: ComputingElement,
  reference: string,
  wanted: readonly PilotStateAtElement['status'][],
): Promise<PilotStateAtElement> => {
  for (let asked = 0; asked < 1000; asked += 1) {
    const state = (await element.status([reference])).get(reference);
    if (state !== undefined && wanted.includes(state.status)) return state;
    await delay(20);
  }
  throw new Error(`${reference} never became ${wanted.join(' or ')}`);
};

export interface ContractOptions {
  /** Fields of every launch, such as a batch queue that is there. */
  readonly launch?: Partial<PilotLaunch>;
  /** Where the file with the credential lies; the folder of the pilot in that of the element when left out. */
  readonly credentialFile?: (context: ComputingElementContext, stamp: string) => string;
  /** Why it cannot run here; false when it can. */
  readonly skip?: string | false;
}

export const computingElementContract = (
  name: string,
  open: (context: ComputingElementContext) => ComputingElement,
  options: ContractOptions = {},
): void => {
  const credentialFile =
    options.credentialFile ??
    (({ folder }: ComputingElementContext, stamp: string) => join(folder, stamp, 'pilot.json'));
  const launched = (fields: Partial<PilotLaunch> = {}) => aPilotLaunch({ ...options.launch, ...fields });

  describe(`a computing element of type ${name}`, { skip: options.skip ?? false }, () => {
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
    after(() => rm(join(context.folder, '..'), { recursive: true, force: true }));

    const submitted = async (launch: PilotLaunch): Promise<string> => {
      const [verdict] = await element.submit([launch]);
      assert.ok(verdict?.ok, verdict?.ok === false ? verdict.reason : 'no verdict');
      return verdict.reference;
    };

    it('runs a pilot with its configuration and keeps what it prints', async () => {
      const launch = launched();
      const reference = await submitted(launch);
      assert.ok(reference.endsWith(launch.stamp));
      await untilStatus(element, reference, ['Done']);
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
      await untilStatus(element, reference, ['Done']);
      const { stdout } = await element.output(reference, 10_000);
      assert.equal(stdout.includes('WM_TEST_SECRET'), false);
    });

    it('tells a pilot that failed from one that ended well', async () => {
      const reference = await submitted(launched({ tags: ['end 3'] }));
      const state = await untilStatus(element, reference, ['Failed', 'Done']);
      assert.equal(state.status, 'Failed');
      assert.match(state.reason, /3/);
    });

    it('kills a pilot, and killing it again or killing nothing is a success', async () => {
      const reference = await submitted(launched({ tags: ['stay'] }));
      await untilStatus(element, reference, ['Running']);
      assert.equal((await element.ceStatus()).running, 1);
      await element.kill([reference]);
      await untilStatus(element, reference, ['Aborted', 'Failed']);
      await element.kill([reference, ofNobody(reference), '']);
      assert.equal((await element.ceStatus()).running, 0);
    });

    it('kills a pilot that is only starting', async () => {
      const launches = Array.from({ length: 5 }, () => launched({ tags: ['stay'] }));
      const references = await Promise.all(launches.map(submitted));
      await element.kill(references, true);
      for (const reference of references) await untilStatus(element, reference, ['Aborted', 'Failed']);
      assert.equal((await element.ceStatus()).running, 0);
    });

    it('never runs the same stamp twice', async () => {
      const launch = launched({ tags: ['stay'] });
      const reference = await submitted(launch);
      const [again] = await element.submit([launch]);
      assert.equal(again?.ok, false);
      await untilStatus(element, reference, ['Running']);
      await element.kill([reference]);
    });

    it('answers for every reference asked', async () => {
      const reference = await submitted(launched());
      const asked = [ofNobody(reference), 'nonsense', '../../etc', reference];
      await untilStatus(element, reference, ['Done']);
      const states = await element.status(asked);
      assert.deepEqual([...states.keys()], asked);
      const told = [...states.values()].map(({ status }) => status);
      assert.equal(told.pop(), 'Done');
      assert.ok(told.every((status) => status === 'Aborted' || status === 'Unknown'));
    });

    it('another process finds the pilots of the one before it', async () => {
      const reference = await submitted(launched({ tags: ['stay'] }));
      await untilStatus(element, reference, ['Running']);
      const successor = open(context);
      assert.equal((await successor.status([reference])).get(reference)?.status, 'Running');
      await successor.kill([reference]);
      await untilStatus(element, reference, ['Aborted', 'Failed']);
    });

    it('keeps the credential from other accounts and removes it with the pilot', async () => {
      const launch = launched({ token: 'stamp.very-secret', tags: ['stay'] });
      const reference = await submitted(launch);
      await untilStatus(element, reference, ['Running']);
      await element.kill([reference]);
      await assert.rejects(readFile(credentialFile(context, launch.stamp)), { code: 'ENOENT' });
    });
  });
};
