import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { consoleIn, errorWords, freeMachines, machinesIn, madeId, sessionIn } from './openstack-answers.ts';

const stamp = '0123456789abcdef0123456789abcdef';

describe('what Keystone and Nova answer', () => {
  it('machines of pilots and of nobody else, and where the next page begins', () => {
    const page = machinesIn(
      {
        servers: [
          {
            id: 'a',
            name: `wm-pilot-${stamp}`,
            status: 'ERROR',
            'OS-EXT-STS:task_state': 'spawning',
            metadata: { wm_element: 'S/ce', wm_ends_at_s: '12' },
            fault: { message: 'No valid host', code: 500 },
          },
          { id: 'b', name: 'wm-pilot-database', status: 'ACTIVE', 'OS-EXT-STS:task_state': null },
          { id: 'c', name: `my-wm-pilot-${stamp}`, status: 'ACTIVE' },
        ],
        servers_links: [{ rel: 'next', href: 'x' }],
      },
      'wm-pilot',
    );
    assert.deepEqual(page, {
      machines: [
        {
          id: 'a',
          stamp,
          status: 'ERROR',
          task: 'spawning',
          fault: 'No valid host',
          element: 'S/ce',
          endsAtS: 12,
        },
      ],
      next: 'c',
    });
    assert.deepEqual(machinesIn({ servers: [] }, 'wm-pilot'), { machines: [], next: undefined });
    assert.equal(machinesIn('Bad gateway', 'wm-pilot'), undefined);
  });

  it('ids, consoles, quotas and the words of errors', () => {
    assert.equal(madeId({ server: { id: 'a' } }), 'a');
    assert.equal(madeId({ forbidden: {} }), undefined);
    assert.equal(consoleIn({ output: 'x' }), 'x');
    assert.equal(consoleIn(undefined), '');
    const limits = (maxTotalInstances: number) => ({
      limits: { absolute: { maxTotalInstances, totalInstancesUsed: 3 } },
    });
    assert.deepEqual(
      [5, 2, -1].map((most) => freeMachines(limits(most))),
      [2, 0, undefined],
    );
    assert.equal(errorWords({ forbidden: { message: 'Quota\nexceeded', code: 403 } }), 'Quota exceeded');
    assert.equal(errorWords(undefined), '');
  });

  it('the public compute service of the region', () => {
    const body = (url: string) => ({
      token: {
        expires_at: '2026-11-26T12:00:00.000000Z',
        catalog: [
          { type: 'identity', endpoints: [] },
          {
            type: 'compute',
            endpoints: [
              { interface: 'admin', region_id: 'North', url: 'https://admin' },
              { interface: 'public', region_id: 'South', url: 'https://south' },
              { interface: 'public', region_id: 'North', url },
            ],
          },
        ],
      },
    });
    assert.deepEqual(sessionIn(body('https://north/v2.1/'), 'North'), {
      expiresAtMs: Date.parse('2026-11-26T12:00:00Z'),
      computeUrl: 'https://north/v2.1',
    });
    assert.equal(
      sessionIn(body('x'), 'West'),
      'its catalogue has no public compute service in the region West',
    );
    assert.equal(sessionIn({}, undefined), 'its answer is no token');
  });
});
