/** Pilots sent to an ARC CE (a fake one) with a proxy made of one in the store, by the real store. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { proxyPem } from '@wm/credentials/testing';
import { WmsError } from '../../../kernel/wms-error.ts';
import { createArcWorld, type ArcWorld } from '../../../testing/arc-world.ts';
import { aPilotLaunch } from '../../computing-element.contract.ts';

describe('a proxy of the store at an ARC CE', () => {
  let world: ArcWorld;
  before(async () => {
    world = await createArcWorld();
  });
  after(() => world.close());

  const open = () => world.open({ proxyFile: undefined, storedProxy: { user: 'robot', group: 'vo_pilot' } });

  it('opens the service, is asked for by account and group, and needs no file', async () => {
    const asked: unknown[] = [];
    const pem = await proxyPem(world.pki, world.robot, 43_200, world.clock.nowMs());
    world.storedProxy = async (whose) => {
      asked.push(whose);
      return pem;
    };
    const [verdict] = await open().submit([aPilotLaunch()]);
    assert.equal(verdict?.ok, true);
    assert.deepEqual(asked[0], { user: 'robot', group: 'vo_pilot' });
  });

  it('that cannot be had says which, why, and what helps; pilots are untouched', async () => {
    world.storedProxy = () =>
      Promise.reject(new WmsError('proxy.missing', 'robot has no usable proxy that serves vo_pilot.'));
    await assert.rejects(open().ceStatus(), {
      code: 'service.unavailable',
      message:
        'storedProxy robot@vo_pilot gives no proxy: robot has no usable proxy that serves vo_pilot. ' +
        'Let robot store one that serves the group: dirac-proxy-init -g vo_pilot -U, or Proxy Upload.',
    });
  });
});
