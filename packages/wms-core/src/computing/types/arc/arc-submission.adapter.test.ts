import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createArcWorld, type ArcWorld } from '../../../testing/arc-world.ts';
import type { FakeQuestion, Mishap } from '../../../testing/fake-arex.ts';
import type { SubmitVerdict } from '../../computing-element.ts';
import { aPilotLaunch } from '../../computing-element.contract.ts';
import { openComputingElement } from '../index.ts';
import { sessionFiles } from './arc-description.ts';

const reasonOf = (verdict: SubmitVerdict | undefined): string =>
  verdict === undefined || verdict.ok ? '' : verdict.reason;

describe('submission to an ARC CE (a fake one)', () => {
  let world: ArcWorld;
  before(async () => {
    world = await createArcWorld();
  });
  afterEach(() => {
    world.arex.mishap = () => undefined;
    world.arex.jobs.clear();
    world.arex.questions.length = 0;
  });
  after(() => world.close());

  const submissions = (): number =>
    world.arex.questions.filter(({ path }) => path === '/jobs?action=new').length;
  const names = (): readonly string[] => [...world.arex.jobs.values()].map(({ name }) => name);
  /** Something happens to the first request of a kind. */
  const once = (isMeant: (question: FakeQuestion) => boolean, mishap: Mishap): void => {
    let isOver = false;
    world.arex.mishap = (question) => {
      if (isOver || !isMeant(question)) return undefined;
      isOver = true;
      return mishap;
    };
  };
  const isSubmission = ({ path }: FakeQuestion): boolean => path === '/jobs?action=new';

  it('sends several pilots in one request and answers in order', async () => {
    const launches = Array.from({ length: 5 }, () => aPilotLaunch());
    const verdicts = await world.open().submit(launches);
    assert.equal(submissions(), 1);
    assert.deepEqual(
      verdicts.map(({ stamp, ok }) => [stamp, ok]),
      launches.map(({ stamp }) => [stamp, true]),
    );
  });

  it('sends more than a hundred in several requests', async () => {
    const verdicts = await world.open().submit(Array.from({ length: 101 }, () => aPilotLaunch()));
    assert.equal(submissions(), 2);
    assert.equal(verdicts.filter(({ ok }) => ok).length, 101);
  });

  it('sends the pilot that brings its Node.js instead, when asked to', async () => {
    await world.open({ nodeExecutable: 'bring' }).submit([aPilotLaunch()]);
    const [job] = world.arex.jobs.values();
    const { configuration, singlePilot, wrapper } = sessionFiles;
    assert.deepEqual([...(job?.files.keys() ?? [])], [wrapper, singlePilot, configuration]);
    assert.equal(String(job?.files.get(singlePilot)), '# the pilot with a Node.js');
  });

  it('refuses, without a word to the service, when there is no file of the pilot to send', async () => {
    const element = openComputingElement(
      {
        type: 'arc',
        queues: {},
        parameters: { endpoint: world.arex.endpoint, proxyFile: world.proxyFile, nodeExecutable: 'bring' },
      },
      { ...world.context, singlePilotFile: undefined },
    );
    const [verdict] = await element.submit([aPilotLaunch()]);
    assert.match(reasonOf(verdict), /own file cannot be sent: .* makes no pilot that brings its Node\.js/);
    assert.equal(world.arex.questions.length, 0);
  });

  it('puts wrapper, pilot and configuration into the session folder, the secret last and nowhere else', async () => {
    const launch = aPilotLaunch({ token: 'stamp.very-secret' });
    await world.open().submit([launch]);
    const [job] = world.arex.jobs.values();
    assert.deepEqual(
      [...(job?.files.keys() ?? [])],
      [sessionFiles.wrapper, sessionFiles.pilot, sessionFiles.configuration],
    );
    const told = JSON.parse(job?.files.get(sessionFiles.configuration) ?? '') as Record<string, unknown>;
    assert.deepEqual(told, { ...launch, workDirectory: 'work', hiddenDirectories: [] });
    assert.equal(job?.description.includes('very-secret'), false);
  });

  it('keeps the words with which the service refuses one, and sends the others', async () => {
    const launches = [aPilotLaunch({ batchQueue: 'fork' }), aPilotLaunch({ batchQueue: 'nosuch' })];
    const verdicts = await world.open({ queue: undefined }).submit(launches);
    assert.deepEqual(
      verdicts.map(({ ok }) => ok),
      [true, false],
    );
    assert.match(reasonOf(verdicts[1]), /queue nosuch is not allowed/);
  });

  it('finds the pilots again whose reply was lost, and sends none twice', async () => {
    once(isSubmission, 'cut-after');
    const launches = [aPilotLaunch(), aPilotLaunch()];
    const verdicts = await world.open().submit(launches);
    assert.ok(verdicts.every(({ ok }) => ok));
    assert.equal(submissions(), 1);
    assert.equal(new Set(names()).size, 2);
  });

  it('sends them once more when the service never got them', async () => {
    once(isSubmission, 'cut');
    const verdicts = await world.open().submit([aPilotLaunch()]);
    assert.equal(verdicts[0]?.ok, true);
    assert.equal(submissions(), 2);
    assert.equal(world.arex.jobs.size, 1);
  });

  it('takes an empty answer for a lost one', async () => {
    once(isSubmission, { status: 201, words: 'Created' });
    const verdicts = await world.open().submit([aPilotLaunch(), aPilotLaunch()]);
    assert.ok(verdicts.every(({ ok }) => ok));
    assert.equal(world.arex.jobs.size, 2);
  });

  it('gives up when nobody answers any more; the next cleaning ends what is there', async () => {
    let isDown = false;
    world.arex.mishap = (question) => {
      if (isDown) return { status: 503, words: 'Down' };
      if (!isSubmission(question)) return undefined;
      isDown = true;
      return 'cut-after';
    };
    const element = world.open();
    const launch = aPilotLaunch();
    const [verdict] = await element.submit([launch]);
    assert.equal(verdict?.ok, false);
    assert.match(reasonOf(verdict), /reply was lost/);
    assert.equal(world.arex.jobs.size, 1);
    world.arex.mishap = () => undefined;
    const [again] = await world.open().submit([launch]);
    assert.equal(again?.ok, false, 'the stamp was used');
    await world.open().clean();
    assert.equal(world.arex.jobs.size, 0);
  });

  it('leaves nothing behind when the service was never reached', async () => {
    world.arex.mishap = () => ({ status: 403, words: "User can't be assigned configuration" });
    const launch = aPilotLaunch();
    const [verdict] = await world.open().submit([launch]);
    assert.match(reasonOf(verdict), /403 User can't be assigned configuration/);
    world.arex.mishap = () => undefined;
    const [again] = await world.open().submit([launch]);
    assert.equal(again?.ok, true);
  });

  it('ends a job whose files did not get through', async () => {
    once(({ path, method }) => method === 'PUT' && path.endsWith(sessionFiles.pilot), {
      status: 500,
      words: 'Disk is full',
    });
    const [verdict] = await world.open().submit([aPilotLaunch()]);
    assert.match(reasonOf(verdict), /files did not reach .* 500 Disk is full/);
    const [job] = world.arex.jobs.values();
    assert.equal(job?.state, 'KILLED');
    assert.equal(job?.files.has(sessionFiles.configuration), false);
    await world.open().clean();
    assert.equal(world.arex.jobs.size, 0);
  });

  it('uses no stamp twice, in one call, in two and by two processes', async () => {
    const launch = aPilotLaunch();
    const element = world.open();
    const verdicts = await element.submit([launch, launch]);
    assert.deepEqual(
      verdicts.map(({ ok }) => ok),
      [true, false],
    );
    assert.equal((await element.submit([launch]))[0]?.ok, false);
    assert.equal((await world.open().submit([launch]))[0]?.ok, false);
    assert.equal(world.arex.jobs.size, 1);
  });

  it('refuses what is no stamp', async () => {
    const [verdict] = await world.open().submit([aPilotLaunch({ stamp: '../evil' })]);
    assert.equal(verdict?.ok, false);
    assert.equal(submissions(), 0);
  });
});
