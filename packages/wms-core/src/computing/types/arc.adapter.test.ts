import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { startFakeTokenEndpoint } from '../../testing/fake-token-endpoint.ts';
import { createArcWorld, type ArcWorld } from '../../testing/arc-world.ts';
import type { FakeJob } from '../../testing/fake-arex.ts';
import type { ComputingElement } from '../computing-element.ts';
import { aPilotLaunch } from '../computing-element.contract.ts';
import { sessionFiles } from './arc/arc-description.ts';

describe('pilots at an ARC CE (a fake one)', () => {
  let world: ArcWorld;
  before(async () => {
    world = await createArcWorld();
  });
  afterEach(async () => {
    world.arex.mishap = () => undefined;
    world.arex.jobs.clear();
    world.arex.questions.length = 0;
    await world.renewProxy(864_000);
  });
  after(() => world.close());

  const submitted = async (element: ComputingElement): Promise<{ reference: string; job: FakeJob }> => {
    const [verdict] = await element.submit([aPilotLaunch()]);
    assert.ok(verdict?.ok);
    const job = [...world.arex.jobs.values()].at(-1);
    assert.ok(job !== undefined);
    return { reference: verdict.reference, job };
  };
  const stateOf = async (element: ComputingElement, reference: string) =>
    (await element.status([reference])).get(reference);

  it('are asked for in chunks of a hundred, and each gets an answer', async () => {
    const element = world.open();
    const verdicts = await element.submit(Array.from({ length: 101 }, () => aPilotLaunch()));
    const references = verdicts.map((verdict) => (verdict.ok ? verdict.reference : ''));
    world.arex.questions.length = 0;
    const states = await element.status([...references, 'nonsense', '']);
    assert.equal(world.arex.questions.length, 2);
    assert.deepEqual([...states.keys()], [...references, 'nonsense', '']);
    assert.equal([...states.values()].filter(({ status }) => status === 'Waiting').length, 101);
    assert.equal(states.get('nonsense')?.status, 'Unknown');
  });

  it('keep their final state after the service forgot them', async () => {
    const element = world.open();
    const { reference, job } = await submitted(element);
    job.state = 'FINISHED';
    assert.equal((await stateOf(element, reference))?.status, 'Done');
    world.arex.jobs.clear();
    assert.equal((await stateOf(world.open(), reference))?.status, 'Done');
  });

  it('that failed tell why', async () => {
    const element = world.open();
    const { reference, job } = await submitted(element);
    job.state = 'FAILED';
    assert.deepEqual(await stateOf(element, reference), {
      status: 'Failed',
      reason: 'LRMS error: (3) wrong exit code',
    });
  });

  it('hide no other when the service cannot tell why one failed', async () => {
    const element = world.open();
    const [bad, good] = [await submitted(element), await submitted(element)];
    bad.job.state = 'FAILED';
    good.job.state = 'RUNNING';
    world.arex.mishap = ({ path }) =>
      path.includes('diagnose') ? { status: 500, words: 'No file' } : undefined;
    const states = await element.status([bad.reference, good.reference]);
    assert.deepEqual(
      [...states.values()].map(({ status }) => status),
      ['Failed', 'Running'],
    );
  });

  it('are gone when the service does not know them, but not when only our identity changed', async () => {
    const element = world.open();
    const [one, other] = [await submitted(element), await submitted(element)];
    world.arex.jobs.delete(one.job.id);
    assert.equal((await stateOf(element, one.reference))?.status, 'Aborted');
    world.arex.jobs.delete(other.job.id);
    await world.renewProxy(864_000, await world.pki.person('Another Robot'));
    assert.equal((await stateOf(element, other.reference))?.status, 'Unknown');
  });

  it('that stay in KILLING count as gone after a while, across restarts', async () => {
    const { reference, job } = await submitted(world.open());
    job.state = 'KILLING';
    assert.equal((await stateOf(world.open(), reference))?.status, 'Running');
    world.clock.advanceS(601);
    assert.equal((await stateOf(world.open(), reference))?.status, 'Aborted');
  });

  it('are killed in one request; what has ended or is not ours needs none', async () => {
    const element = world.open();
    const [one, other] = [await submitted(element), await submitted(element)];
    world.arex.questions.length = 0;
    await element.kill([one.reference, other.reference, 'local://nowhere/0', '']);
    assert.equal(world.arex.questions.length, 1);
    assert.match((await stateOf(element, one.reference))?.reason ?? '', /as asked/);
    assert.equal((await stateOf(element, other.reference))?.status, 'Aborted');
    world.arex.questions.length = 0;
    await element.kill([one.reference]);
    assert.equal(world.arex.questions.length, 0);
  });

  it('show the end of what they print', async () => {
    const element = world.open();
    const { reference, job } = await submitted(element);
    assert.deepEqual(await element.output(reference, 10), { stdout: '', stderr: '' });
    job.files.set(sessionFiles.stdout, 'a long story');
    job.files.set(sessionFiles.stderr, 'ok');
    assert.deepEqual(await element.output(reference, 5), { stdout: 'story', stderr: 'ok' });
    assert.deepEqual(await element.output('nonsense', 5), { stdout: '', stderr: '' });
  });

  it('are cleaned with their output after the time set, also those nobody asked for', async () => {
    const element = world.open({ keepOutputHours: 1 });
    const { job } = await submitted(element);
    const { job: running } = await submitted(element);
    job.state = 'FINISHED';
    running.state = 'RUNNING';
    await element.clean();
    assert.equal(world.arex.jobs.size, 2);
    world.clock.advanceS(3601);
    await world.open({ keepOutputHours: 1 }).clean();
    assert.deepEqual([...world.arex.jobs.values()], [running]);
  });

  it('stay as they are when the service cannot be asked while cleaning', async () => {
    const element = world.open();
    const { reference } = await submitted(element);
    world.arex.mishap = () => 'cut';
    await element.clean();
    world.arex.mishap = () => undefined;
    assert.equal((await stateOf(element, reference))?.status, 'Waiting');
  });

  it('that the service made twice for one stamp lose the one that never got its files', async () => {
    const element = world.open();
    const { job } = await submitted(element);
    world.arex.jobs.set('twin', { ...job, id: 'twin', files: new Map() });
    world.arex.jobs.set('foreign', { ...job, id: 'foreign', name: 'analysis' });
    await element.clean();
    assert.deepEqual([...world.arex.jobs.keys()], [job.id, 'foreign']);
    assert.equal(job.state, 'ACCEPTED');
  });

  it('of a server that died while sending are ended', async () => {
    let isDead = false;
    world.arex.mishap = ({ method }) => {
      isDead ||= method === 'PUT';
      return isDead ? 'cut' : undefined;
    };
    await world.open().submit([aPilotLaunch()]);
    world.arex.mishap = () => undefined;
    assert.equal(world.arex.jobs.size, 1);
    await world.open().clean();
    assert.equal(world.arex.jobs.size, 0);
  });

  it('are ordered with the token of an OAuth client, got once, and delegate nothing', async () => {
    const claims = Buffer.from(JSON.stringify({ iss: 'https://iam', sub: 'wm' })).toString('base64url');
    await using issuer = await startFakeTokenEndpoint(dirname(world.proxyFile), `e30.${claims}.c2ln`);
    const { tokenClient } = issuer;
    const element = world.open({ proxyFile: undefined, delegation: 'limited', tokenClient });
    const { job, reference } = await submitted(element);
    assert.equal((await stateOf(element, reference))?.status, 'Waiting');
    assert.deepEqual(
      new Set(world.arex.questions.map(({ authorization }) => authorization)),
      new Set([`Bearer ${issuer.token}`]),
    );
    assert.equal(issuer.asked, 1);
    assert.equal(world.arex.delegations.size, 0);
    const given = [job.description, ...job.files.values()].join('\n');
    assert.equal(given.includes(issuer.token ?? 'x'), false, 'no pilot gets it');
  });

  it('are refused, not lost, when the issuer gives no token', async () => {
    await using issuer = await startFakeTokenEndpoint(dirname(world.proxyFile), '');
    issuer.token = null;
    const element = world.open({ proxyFile: undefined, tokenClient: issuer.tokenClient });
    await assert.rejects(
      element.ceStatus(),
      /tokenClient\.tokenEndpoint of EGI\.Test\.org\/ce: .*clientId or its secret/,
    );
    const outcome = await element.submit([aPilotLaunch()]).catch((error: unknown) => error);
    assert.equal(Array.isArray(outcome) ? outcome[0].ok : false, false);
    assert.equal(world.arex.jobs.size, 0);
  });
});
