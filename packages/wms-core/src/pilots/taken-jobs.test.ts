/** Whose jobs a pilot took, as its accounting record names them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../db/database.ts';
import { anOffer, aPilot, aUser } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import { takenJobs } from './pilot.store.ts';

const pilot = aPilot();

async function takenAfter(world: JobWorld, userName: string, group = 'biomed_user') {
  await world.submitOne(undefined, aUser({ userName, group }));
  const answer = await world.matcher.match(pilot, anOffer(), 0);
  assert(answer.kind === 'match');
  await world.report(answer.job, { status: 'Running' });
  await world.report(answer.job, { status: 'Done' });
  return await world.database.write(() => takenJobs(pilot.stamp));
}

test('one owner is named, several are various, none is none', async () => {
  await using world = await openJobWorld();
  const before = await world.database.write(() => takenJobs(pilot.stamp));
  assert.deepEqual(before, { jobs: 0, owner: 'None', ownerGroup: 'None' });
  assert.deepEqual(await takenAfter(world, 'ada'), { jobs: 1, owner: 'ada', ownerGroup: 'biomed_user' });
  assert.deepEqual(await takenAfter(world, 'ada'), { jobs: 2, owner: 'ada', ownerGroup: 'biomed_user' });
  assert.deepEqual(await takenAfter(world, 'bob'), { jobs: 3, owner: 'Various', ownerGroup: 'biomed_user' });
  const last = await takenAfter(world, 'bob', 'biomed_prod');
  assert.deepEqual(last, { jobs: 4, owner: 'Various', ownerGroup: 'Various' });
});

test('whose erased jobs were is unknown; that there were some is not', async () => {
  await using world = await openJobWorld();
  await takenAfter(world, 'ada');
  const taken = await world.database.write(function* () {
    yield* run('delete from jobs');
    return yield* takenJobs(pilot.stamp);
  });
  assert.deepEqual(taken, { jobs: 1, owner: 'Unknown', ownerGroup: 'Unknown' });
});
