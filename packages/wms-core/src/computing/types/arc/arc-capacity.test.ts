import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arcCapacity } from './arc-capacity.ts';

const share = (name: string, queue: string, running: string, waiting: string, free?: string) => ({
  Name: name,
  MappingQueue: queue,
  RunningJobs: running,
  WaitingJobs: waiting,
  PreLRMSWaitingJobs: '1',
  _attributes: { BaseType: '\n   ' },
  ...(free === undefined ? {} : { FreeSlots: free }),
});

const document = (shares: unknown) =>
  JSON.stringify({
    Domains: { AdminDomain: { Services: { ComputingService: { ComputingShare: shares } } } },
  });

describe('the capacity of an ARC CE', () => {
  const shares = [
    share('fork_vo.example.org', 'fork', '7', '2', '3'),
    share('fork', 'fork', '7', '2', '3'),
    share('long', 'long', '1', '0', '5'),
  ];

  it('counts a queue once, whatever shares its VOs have', () => {
    assert.deepEqual(arcCapacity(document(shares)), { running: 8, waiting: 4, slots: 8 });
  });

  it('is that of one queue when one is named', () => {
    assert.deepEqual(arcCapacity(document(shares), 'fork'), { running: 7, waiting: 3, slots: 3 });
    assert.deepEqual(arcCapacity(document(shares), 'none'), { running: 0, waiting: 0 });
  });

  it('reads a single share, and one without free slots', () => {
    assert.deepEqual(arcCapacity(document(share('a', 'a', '1', '1'))), { running: 1, waiting: 2 });
  });

  it('takes the fullest share where the queue has none of its own', () => {
    const some = [share('q_a', 'q', '1', '0'), share('q_b', 'q', '4', '0')];
    assert.equal(arcCapacity(document(some)).running, 4);
  });

  it('is nothing for an empty or broken document', () => {
    for (const body of ['', '{', '[]', '{"Domains":5}'])
      assert.deepEqual(arcCapacity(body), { running: 0, waiting: 0 });
  });
});
