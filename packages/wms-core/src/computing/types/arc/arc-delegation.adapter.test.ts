import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { parseChain, readPem, validateChain, type ValidatedChain } from '@wm/credentials';
import { createArcWorld, type ArcWorld } from '../../../testing/arc-world.ts';
import type { ComputingElement } from '../../computing-element.ts';
import { aPilotLaunch } from '../../computing-element.contract.ts';

describe('delegation to an ARC CE (a fake one)', () => {
  let world: ArcWorld;
  beforeEach(async () => {
    world = await createArcWorld();
  });
  afterEach(() => world.close());

  /** Id in the description of one more job. */
  const submitted = async (element: ComputingElement): Promise<string | undefined> => {
    const [verdict] = await element.submit([aPilotLaunch()]);
    assert.equal(verdict?.ok, true);
    const last = [...world.arex.jobs.values()].at(-1);
    return /DelegationID>(.*?)</.exec(last?.description ?? '')?.[1];
  };
  const chainAt = (id: string): Promise<ValidatedChain> => {
    const blocks = readPem(world.arex.delegations.get(id) ?? '');
    assert.ok(
      blocks.every(({ label }) => label === 'CERTIFICATE'),
      'no key is ever sent',
    );
    return validateChain(parseChain(blocks.map(({ der }) => der)), world.pki.trust, world.clock.nowMs());
  };
  const requests = (): readonly string[] =>
    world.arex.questions.filter(({ path }) => /delegations\S*action/.test(path)).map(({ path }) => path);

  it('signs a limited proxy that continues the own one and ends with it', async () => {
    await world.renewProxy(7200);
    const id = (await submitted(world.open({ delegation: 'limited' }))) ?? '';
    const chain = await chainAt(id);
    assert.deepEqual([chain.isLimited, chain.proxies.length], [true, 2]);
    assert.ok(Math.abs(chain.notAfterMs - world.clock.nowMs() - 7_200_000) < 5000);
  });

  it('signs a full one when the site needs it, and none when it is told so', async () => {
    const id = await submitted(world.open({ delegation: 'full' }));
    assert.equal((await chainAt(id ?? '')).isLimited, false);
    assert.equal(await submitted(world.open({ delegation: 'none' })), undefined);
  });

  it('serves all jobs with one delegation, by several submissions at once and after a restart', async () => {
    const element = world.open({ delegation: 'limited' });
    const ids = await Promise.all([1, 2, 3].map(() => submitted(element)));
    ids.push(await submitted(world.open({ delegation: 'limited' })));
    assert.equal(new Set(ids).size, 1);
    assert.equal(requests().length, 1);
  });

  it('is renewed when under a third of its life is left and there is a longer proxy', async () => {
    await world.renewProxy(9000);
    const element = world.open({ delegation: 'limited' });
    const id = await submitted(element);
    await world.renewProxy(90_000);
    world.clock.advanceS(5900);
    await submitted(element);
    assert.equal(requests().length, 1, 'more than a third is left');
    world.clock.advanceS(200);
    assert.equal(await submitted(element), id);
    assert.deepEqual(requests().slice(1), [`/delegations/${id}?action=renew`]);
    assert.ok((await chainAt(id ?? '')).notAfterMs > world.clock.nowMs() + 80_000_000);
  });

  it('is not renewed for a proxy that lasts no longer', async () => {
    await world.renewProxy(9000);
    const element = world.open({ delegation: 'limited' });
    await submitted(element);
    world.clock.advanceS(8000);
    await submitted(element);
    assert.equal(requests().length, 1);
  });

  it('is made anew for another identity', async () => {
    const element = world.open({ delegation: 'limited' });
    const first = await submitted(element);
    await world.renewProxy(86_400, await world.pki.person('Another Robot'));
    assert.notEqual(await submitted(element), first);
  });

  it('needs none with a token', async () => {
    const tokenFile = join(world.context.folder, '..', 'token');
    await writeFile(tokenFile, 'a.b.c');
    const element = world.open({ proxyFile: undefined, tokenFile, delegation: 'limited' });
    assert.equal(await submitted(element), undefined);
    assert.deepEqual(requests(), []);
  });

  it('that is refused sends no pilot and says why', async () => {
    world.arex.mishap = ({ path }) =>
      path.startsWith('/delegations') ? { status: 500, words: 'Failed accepting delegation' } : undefined;
    const [verdict] = await world.open({ delegation: 'limited' }).submit([aPilotLaunch()]);
    assert.match(verdict !== undefined && !verdict.ok ? verdict.reason : '', /Failed accepting delegation/);
    assert.equal(world.arex.jobs.size, 0);
  });
});
