/** The computing element type `arc` before a real A-REX. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { authoritiesPem, createTestPki, proxyPem } from '@wm/credentials/testing';
import { openComputingElement } from '@wm/wms-core/computing';
import {
  aPilotLaunch,
  computingElementContract,
  untilStatus,
  type ComputingElement,
  type ComputingElementContext,
} from '@wm/wms-core/computing-contract';
import { silentLogger, type Logger } from '@wm/wms-core/logger';
import { createFakeClock, type FakeClock } from '@wm/wms-core/testing';
import { oldNode } from './arex-configuration.ts';
import { arexIsMissing, startArex, tokensAreMissing, type Arex } from './arex.ts';
import { newSigningKey, startTokenIssuer, type TokenIssuer } from './arex-issuer.ts';
import { makeSingleFile } from '@wm/pilot/single-file';
import { busyboxIsMissing, makeImageFolder } from '@wm/pilot/testing/container-images';
import { eventually } from './elements.ts';
import { JobRun } from './job-run.ts';
import { openCuttingWire } from './cutting-wire.ts';

const patience = { everyMs: 250, forMs: 90_000 };

/** Takes its configuration, says so, and stays. */
const pilot = `
import { readFileSync, rmSync } from 'node:fs';
JSON.parse(readFileSync(process.env.WM_PILOT_CONFIG, 'utf8'));
rmSync(process.env.WM_PILOT_CONFIG);
console.log('hello', process.env.WM_PILOT_STAMP, process.env.X509_USER_PROXY ?? 'no proxy');
setInterval(() => {}, 1000);
`;

describe('an ARC CE', { skip: arexIsMissing() }, () => {
  let folder: string;
  let arex: Arex;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wm-arex-'));
    await chmod(folder, 0o755);
    arex = await startArex(folder);
  });
  after(async () => {
    await arex.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  const open = (context: ComputingElementContext, parameters: object = {}): ComputingElement => {
    const { proxy: proxyFile, trustFolder: caFolder } = arex.certificates;
    const { endpoint, nodeExecutable } = arex;
    const all = { endpoint, proxyFile, caFolder, queue: 'fork', nodeExecutable, ...parameters };
    return openComputingElement({ type: 'arc', queues: {}, parameters: all }, context);
  };

  computingElementContract('ARC', open, {
    patience,
    ofNobody: (reference) => reference.replace(/jobs\/\w+#.*$/, `jobs/nobody#${'0'.repeat(32)}`),
  });

  const site = 'EGI.Testbed.org';
  const started = async (lifeCycle: Readonly<Record<string, number>> = {}): Promise<JobRun> => {
    const { proxy: proxyFile, trustFolder: caFolder } = arex.certificates;
    const { endpoint, nodeExecutable } = arex;
    const fork = {
      maxTotalPilots: 3,
      maxWaitingPilots: 3,
      processors: 2,
      memoryMiB: 2048,
      maxWallTimeS: 172_800,
      tags: ['ContainerFolder'],
    };
    const parameters = { endpoint, proxyFile, caFolder, nodeExecutable };
    const sites = { [site]: { type: 'arc', parameters, queues: { fork } } };
    return JobRun.start(await mkdtemp(join(folder, 'wm-')), sites, lifeCycle);
  };

  it('jobs of users all end as they should, also those beyond a limit', async () => {
    const image = busyboxIsMissing ? undefined : makeImageFolder();
    const run = await started();
    try {
      await run.allEndAsExpected(await run.submitEveryJob(site, image?.path));
    } finally {
      await run.stop();
      image?.remove();
    }
  });

  it('the portal shows what a pilot wrote, as it runs and after its end', async () => {
    const run = await started({ pilotIdleStopS: 15 });
    try {
      await run.showsPilotOutput(site);
    } finally {
      await run.stop();
    }
  });

  describe('beyond the contract', () => {
    let context: ComputingElementContext;
    let clock: FakeClock;
    beforeEach(async () => {
      // Certificates are made by the clock on the wall, however long the tests before took.
      clock = createFakeClock(Date.now());
      const own = await mkdtemp(join(folder, 'wm-'));
      const pilotFile = join(own, 'pilot.mjs');
      await writeFile(pilotFile, pilot);
      context = {
        site: 'EGI.Test.org',
        name: 'ce',
        folder: join(own, 'ce'),
        pilotFile,
        hiddenFolders: [],
        clock,
        log: silentLogger,
      };
    });

    const submitted = async (element: ComputingElement): Promise<{ reference: string; stamp: string }> => {
      const launch = aPilotLaunch();
      const [verdict] = await element.submit([launch]);
      assert.ok(verdict?.ok, JSON.stringify(verdict));
      return { reference: verdict.reference, stamp: launch.stamp };
    };
    const sessionOf = (reference: string): string =>
      join(arex.sessionFolder, /jobs\/(\w+)#/.exec(reference)?.[1] ?? '');
    const readId = (path: string): string => (JSON.parse(readFileSync(path, 'utf8')) as { id: string }).id;
    const refusal = (asked: Promise<unknown>): Promise<string> =>
      asked.then(
        () => assert.fail('it was not refused'),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'service.unavailable', error.stack);
          return error.message;
        },
      );

    it('runs several pilots of one call, shows their output while they run, and a refused one spoils none', async () => {
      const element = open(context, { queue: undefined });
      const launches = ['fork', 'nosuch', 'fork'].map((batchQueue) => aPilotLaunch({ batchQueue }));
      const verdicts = await element.submit(launches);
      const [refused] = verdicts.flatMap((verdict) => (verdict.ok ? [] : [verdict.reason]));
      assert.match(refused ?? '', /queue nosuch is not allowed/);
      const references = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.reference] : []));
      assert.equal(references.length, 2);
      for (const reference of references) {
        await untilStatus(element, reference, ['Running'], patience);
        const stamp = reference.slice(-32);
        assert.equal((await element.output(reference, 1000)).stdout, `hello ${stamp} no proxy\n`);
        assert.equal((await element.output(reference, 10)).stdout, ' no proxy\n');
      }
      const [first = ''] = references;
      assert.equal(statSync(sessionOf(first)).mode & 0o777, 0o700);
      assert.equal(existsSync(join(sessionOf(first), 'wm-pilot.json')), false);
      await element.kill(references);
      for (const reference of references) await untilStatus(element, reference, ['Aborted'], patience);
      await open(context, { keepOutputHours: 0 }).clean();
      // The service takes the order and cleans when it comes to it.
      await eventually(() => (existsSync(sessionOf(first)) ? undefined : true));
    });

    it('brings its Node.js to a worker node that has none of use', async () => {
      const [outFile, oldNodes] = [join(context.folder, '..', 'pilot.run'), [oldNode]];
      await writeFile(context.pilotFile, `console.log(process.execPath);\n${pilot}`);
      const { pilotFile } = context;
      const singlePilotFile = () => makeSingleFile({ pilotFile, outFile }).then(() => outFile);
      context = { ...context, singlePilotFile };
      const without = open(context, { nodeExecutable: 'node', runtimeEnvironments: oldNodes });
      const { reference: helpless } = await submitted(without);
      await untilStatus(without, helpless, ['Failed'], patience);
      assert.match(
        (await without.output(helpless, 1000)).stderr,
        /is v12\.22\.12: the pilot needs Node\.js 20/,
      );
      const element = open(context, { nodeExecutable: 'bring', runtimeEnvironments: oldNodes });
      const { reference, stamp } = await submitted(element);
      await untilStatus(element, reference, ['Running'], patience);
      const { stdout } = await eventually(async () => {
        const output = await element.output(reference, 1000);
        return output.stdout.includes('hello') ? output : undefined;
      });
      const [execPath = '', hello] = stdout.split('\n');
      assert.equal(dirname(dirname(execPath)), sessionOf(reference));
      assert.equal(hello, `hello ${stamp} no proxy`);
      await element.kill([reference]);
      await untilStatus(element, reference, ['Aborted'], patience);
    });

    it('finds a pilot again whose reply was lost, and the service has it once', async (t) => {
      const wire = await openCuttingWire(Number(new URL(arex.endpoint).port));
      t.after(() => wire.close());
      const jobs = () => readdirSync(arex.sessionFolder).filter((name) => !name.includes('.')).length;
      const element = open(context, { endpoint: `https://localhost:${wire.port}/arex` });
      const first = await submitted(element);
      wire.loseNextAnswer();
      const before = jobs();
      const second = await submitted(element);
      assert.equal(jobs(), before + 1);
      for (const { reference } of [first, second])
        await untilStatus(element, reference, ['Running'], patience);
      await element.kill([first.reference, second.reference]);
    });

    it('goes on when the service was away', async () => {
      const element = open(context);
      const { reference } = await submitted(element);
      await untilStatus(element, reference, ['Running'], patience);
      await arex.stop();
      assert.match(await refusal(element.status([reference])), /ECONNREFUSED/);
      await arex.start();
      assert.equal(
        (await untilStatus(element, reference, ['Running', 'Failed'], patience)).status,
        'Running',
      );
      await element.kill([reference]);
      await untilStatus(element, reference, ['Aborted'], patience);
    });

    it('lends the service a limited proxy and renews it', async () => {
      const proxyFile = join(context.folder, '..', 'proxy.pem');
      await arex.certificates.writeProxy(proxyFile, 3600);
      const element = open(context, { proxyFile });
      const { reference } = await submitted(element);
      const lent = () => arex.delegated(readId(join(context.folder, 'delegation.json')));
      assert.deepEqual(
        lent().map(({ proxy }) => proxy?.policy),
        ['limited', 'inheritAll', undefined, undefined],
      );
      assert.ok((lent()[0]?.notAfterMs ?? 0) < Date.now() + 3_601_000);
      await arex.certificates.writeProxy(proxyFile, 7200);
      clock.advanceS(2500);
      await element.clean();
      assert.ok((lent()[0]?.notAfterMs ?? 0) > Date.now() + 7_000_000);
      await element.kill([reference]);
    });

    it('tells why nobody gets in: the other side is not trusted, has ended, or is a stranger', async () => {
      const own = join(context.folder, '..');
      const [caFile, expired, stranger] = ['ca.pem', 'expired.pem', 'stranger.pem'].map((name) =>
        join(own, name),
      ) as [string, string, string];
      const elsewhere = await createTestPki();
      await writeFile(caFile, authoritiesPem(elsewhere));
      assert.match(await refusal(open(context, { caFile }).ceStatus()), /certificate/);
      await arex.certificates.writeProxy(expired, -600);
      assert.match(await refusal(open(context, { proxyFile: expired }).ceStatus()), /ended on/);
      // With a clock that is late the service has to say it.
      const late = { ...context, clock: createFakeClock(Date.now() - 3_000_000) };
      assert.match(await refusal(open(late, { proxyFile: expired }).ceStatus()), /certificate expired/);
      await writeFile(stranger, await proxyPem(elsewhere, await elsewhere.person('Stranger'), 3600));
      assert.match(await refusal(open(context, { proxyFile: stranger }).ceStatus()), /alert|unknown ca/i);
      const tokenFile = join(own, 'token');
      await writeFile(tokenFile, 'no.such.token');
      const asked = open(context, { proxyFile: undefined, tokenFile }).ceStatus();
      assert.match(await refusal(asked), /403 User can't be assigned configuration/);
    });

    describe('with a token alone', { skip: tokensAreMissing() }, () => {
      /** What was logged, with the whole chain of each error. */
      let logged: string;
      let tokenFile: string;
      let elsewhere: TokenIssuer;
      before(async () => {
        elsewhere = await startTokenIssuer(arex.certificates);
      });
      after(() => elsewhere.close());
      const opened = async (token: string): Promise<ComputingElement> => {
        await writeFile(tokenFile, token, { mode: 0o600 });
        return open(context, { proxyFile: undefined, tokenFile });
      };
      beforeEach(() => {
        logged = '';
        tokenFile = join(context.folder, '..', 'token');
        const note = (...words: unknown[]): void => void (logged += inspect(words, { depth: 20 }));
        const log: Logger = { debug: note, info: note, warn: note, error: note, child: () => log };
        context = { ...context, log };
      });

      it('a pilot runs, shows its output, and is killed and cleaned; a renewed token goes on with it', async () => {
        const element = await opened(arex.issuer.token());
        const { reference, stamp } = await submitted(element);
        await untilStatus(element, reference, ['Running'], patience);
        assert.equal((await element.output(reference, 1000)).stdout, `hello ${stamp} no proxy\n`);
        await writeFile(tokenFile, arex.issuer.token({ exp: Math.floor(Date.now() / 1000) + 7200 }));
        await element.kill([reference]);
        await untilStatus(element, reference, ['Aborted'], patience);
        await element.clean();
        assert.equal(existsSync(join(context.folder, 'delegation.json')), false);
        assert.equal(logged, '');
      });

      it('its jobs are not those of the certificate', async () => {
        const element = await opened(arex.issuer.token());
        const { reference } = await submitted(element);
        const other = await open(context).status([reference]);
        assert.equal(other.get(reference)?.status, 'Unknown');
        await element.kill([reference]);
      });

      const nowS = Math.floor(Date.now() / 1000);
      const bad: readonly (readonly [string, () => string])[] = [
        ['that has ended', () => arex.issuer.token({ iat: nowS - 900, nbf: nowS - 900, exp: nowS - 600 })],
        ['of another issuer', () => elsewhere.token()],
        ['for another audience', () => arex.issuer.token({ aud: 'https://elsewhere.example.org' })],
        ['of another subject', () => arex.issuer.token({ sub: 'stranger' })],
        ['that the issuer did not sign', () => arex.issuer.token({}, newSigningKey())],
      ];
      for (const [which, make] of bad) {
        it(`one ${which} is refused in the words of the service, and told to nobody`, async () => {
          const token = make();
          const element = await opened(token);
          const words = await refusal(element.ceStatus());
          assert.match(words, /answered 403 User can't be assigned configuration/);
          const [verdict] = await element.submit([aPilotLaunch()]);
          assert.match(verdict?.ok === false ? verdict.reason : 'taken', /answered 403/);
          await element.clean();
          assert.match(logged, /arc\.clean-failed/);
          for (const part of token.split('.'))
            assert.equal(`${words}${JSON.stringify(verdict)}${logged}`.includes(part), false);
        });
      }
    });
  });
});
