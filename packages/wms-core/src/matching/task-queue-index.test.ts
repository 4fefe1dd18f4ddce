import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOffer, someRequirements } from '../testing/builders.ts';
import { ShareLedger } from '../task-queues/share-ledger.ts';
import { replays } from './draw.ts';
import { fits, ruleWords } from './match.ts';
import { TaskQueueIndex, type TaskQueueIndexParts } from './task-queue-index.ts';

const anIndex = (over: Partial<TaskQueueIndexParts['shares']> = {}) => {
  const ledger = new ShareLedger(604_800, 0);
  const shares = {
    voShare: () => 1,
    groupShare: () => 1,
    sharesJobs: () => false,
    maxCorrection: () => 5,
    ...over,
  };
  return { ledger, index: new TaskQueueIndex({ fits, words: ruleWords, ledger, shares }) };
};

const one = (taskQueueId: number, jobs = 1, userPriority = 1) => ({ taskQueueId, userPriority, jobs });

/** How often each queue is drawn when the numbers of all levels run evenly through [0, 1). */
function frequencies(index: TaskQueueIndex, steps: number): ReadonlyMap<number, number> {
  const drawn = new Map<number, number>();
  for (let first = 0; first < steps; first++)
    for (let second = 0; second < steps; second++)
      for (let third = 0; third < steps; third++) {
        const numbers = [first, second, third].map((step) => step / steps).values();
        const id = index.draw(anOffer(), () => numbers.next().value ?? 0)?.taskQueue.taskQueueId ?? 0;
        drawn.set(id, (drawn.get(id) ?? 0) + 1);
      }
  return drawn;
}

test('groups get their shares, owners of a group equal parts, queues of an owner by priority', () => {
  const { index } = anIndex({ groupShare: (_, group) => (group === 'x' ? 1 : 3) });
  index.entered(one(1), someRequirements({ ownerGroup: 'x', owner: 'ada' }));
  index.entered(one(2), someRequirements({ ownerGroup: 'y', owner: 'bob' }));
  index.entered(one(3, 1, 1), someRequirements({ ownerGroup: 'y', owner: 'eve', cpuTimeS: 360 }));
  index.entered(one(4, 1, 3), someRequirements({ ownerGroup: 'y', owner: 'eve', cpuTimeS: 3600 }));
  // Of 8 × 8 × 8: x has a quarter; bob half of the rest; eve's queues 1 : 3.
  assert.deepEqual(
    [...frequencies(index, 8)].toSorted(([a], [b]) => a - b),
    [
      [1, 128],
      [2, 192],
      [3, 48],
      [4, 144],
    ],
  );
});

test('a queue counts for what its first job does, however many of less priority wait behind it', () => {
  const { index } = anIndex();
  /** Queues drawn by numbers from the middle of each of eight equal parts. */
  const often = () => {
    const ids = Array.from({ length: 8 }, (_, part) => {
      const drawn = index.draw(anOffer(), () => (part + 0.5) / 8);
      return drawn?.taskQueue.taskQueueId;
    });
    return [1, 2].map((taskQueueId) => ids.filter((id) => id === taskQueueId).length);
  };
  index.entered(one(1, 400, 0), someRequirements());
  index.entered(one(2, 200, 1), someRequirements({ cpuTimeS: 360 }));
  assert.deepEqual(often(), [0, 8], 'background waits for all else');
  index.entered(one(1, 1, 1), someRequirements());
  assert.deepEqual(often(), [4, 4]);
  index.entered(one(2, 1, 3), someRequirements());
  assert.deepEqual(often(), [2, 6]);
  index.left(one(2, 1, 3));
  index.left(one(1, 1, 1));
  assert.deepEqual(often(), [0, 8]);
});

test('a group that shares jobs counts as one owner', () => {
  const { index } = anIndex({ sharesJobs: () => true });
  index.entered(one(1), someRequirements({ owner: 'ada' }));
  index.entered(one(2), someRequirements({ owner: 'bob' }));
  index.entered(one(3), someRequirements({ owner: 'bob', cpuTimeS: 360 }));
  assert.equal(new Set(frequencies(index, 3).values()).size, 1);
});

test('shares are divided among those who have something that fits, not among all', () => {
  const { index } = anIndex({ groupShare: (_, group) => (group === 'x' ? 1000 : 1) });
  index.entered(one(1), someRequirements({ ownerGroup: 'x', memoryMiB: 1_000_000 }));
  index.entered(one(2), someRequirements({ ownerGroup: 'y' }));
  assert.deepEqual([...frequencies(index, 2)], [[2, 8]]);
});

test('past use corrects the shares', () => {
  const { index, ledger } = anIndex();
  index.entered(one(1), someRequirements({ owner: 'ada' }));
  index.entered(one(2), someRequirements({ owner: 'bob' }));
  const charge = { vo: 'biomed', ownerGroup: 'biomed_user', costS: 10, dispatches: 1, atMs: 0 };
  for (let times = 0; times < 10; times++) ledger.charge({ ...charge, owner: 'ada' });
  const drawn = frequencies(index, 26);
  assert.equal(drawn.get(2)! / drawn.get(1)!, 25);
});

test('every decision can be drawn again from what it wrote down', () => {
  const { index } = anIndex();
  for (let id = 1; id <= 60; id++)
    index.entered(
      one(id),
      someRequirements({ ownerGroup: `group${id % 3}`, owner: `user${id % 7}`, cpuTimeS: id * 10 }),
    );
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let draw = 0; draw < 200; draw++) {
    const drawn = index.draw(anOffer(), random)!;
    assert.ok(replays(drawn.decision));
    assert.equal(drawn.decision.levels.at(-1)?.winner, String(drawn.taskQueue.taskQueueId));
  }
});

test('weights of all queues together are what a draw among all would use', () => {
  const { index } = anIndex({ voShare: (vo) => (vo === 'biomed' ? 3 : 1) });
  index.entered(one(1), someRequirements({ owner: 'ada' }));
  index.entered(one(2), someRequirements({ owner: 'bob' }));
  index.entered(one(3), someRequirements({ vo: 'fermilab', ownerGroup: 'fermilab_user', owner: 'eve' }));
  assert.deepEqual(
    index.all().map(({ priority }) => priority),
    [1.5, 1.5, 1],
  );
});

test('a queue is drawn while jobs wait in it, and not when it is closed', () => {
  const { index } = anIndex();
  const draw = (isOpen = true) =>
    index.draw(
      anOffer(),
      () => 0,
      () => isOpen,
    )?.taskQueue;
  assert.equal(draw(), undefined);
  index.entered(one(7, 2), someRequirements());
  assert.equal(draw(false), undefined);
  index.left(one(7));
  assert.equal(draw()?.waitingJobs, 1);
  index.left(one(7));
  assert.equal(draw(), undefined);
  assert.deepEqual(index.all(), []);
});

test('what is remembered of an offer is forgotten when a new kind of queue appears', () => {
  const { index } = anIndex();
  const offer = anOffer({ memoryMiB: 3000 });
  index.entered(one(1), someRequirements({ memoryMiB: 4000 }));
  assert.equal(
    index.draw(offer, () => 0),
    undefined,
  );
  index.entered(one(2), someRequirements({ memoryMiB: 2500 }));
  assert.equal(index.draw(offer, () => 0)?.taskQueue.taskQueueId, 2);
  assert.equal(
    index.draw(anOffer({ memoryMiB: 2400 }), () => 0),
    undefined,
  );
});

test('an offer at the exact size of a requirement fits', () => {
  const { index } = anIndex();
  index.entered(one(1), someRequirements({ cpuTimeS: 86_400, diskMiB: 100 }));
  assert.equal(
    index.draw(anOffer({ cpuTimeLeftS: 86_400, diskMiB: 100 }), () => 0.5)?.taskQueue.taskQueueId,
    1,
  );
  assert.equal(
    index.draw(anOffer({ cpuTimeLeftS: 86_399, diskMiB: 100 }), () => 0.5),
    undefined,
  );
});

test('listeners hear of jobs that enter', () => {
  const { index } = anIndex();
  const heard: number[] = [];
  const stop = index.onEntered((taskQueue, jobs) => heard.push(taskQueue.taskQueueId, jobs));
  index.entered(one(3, 4), someRequirements());
  stop();
  index.entered(one(3), someRequirements());
  assert.deepEqual(heard, [3, 4]);
});
