import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../kernel/logger.ts';
import { createNoticeService } from '../notices/notice.service.ts';
import { anOffer, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { openJobWorld } from '../testing/job-world.ts';
import { insertAccount } from './account.store.ts';
import { CredentialHolds, type JobOwner } from './credential-holds.ts';
import { createCredentialWatch } from './credential-watch.agent.ts';

const hourS = 3600;

/** Proxies by owner, as instants; everything else is real. */
async function openWatchedWorld() {
  const validUntilMs = new Map<string, number>();
  let holds: CredentialHolds | undefined;
  const world = await openJobWorld({
    parts: { isHeld: (taskQueue) => holds?.reasonFor(taskQueue) !== undefined },
  });
  holds = new CredentialHolds(() => world.clock.nowMs());
  for (const userName of ['ada', 'bob'])
    await world.database.write(() =>
      insertAccount(
        {
          account_id: `account-${userName}`,
          user_name: userName,
          is_configured: 0,
          display_name: userName,
          email: null,
          assurance: 'none' as const,
        },
        0,
      ),
    );
  const agent = createCredentialWatch({
    ...world,
    log: silentLogger,
    configuration: configurationHolder(),
    holds,
    outlookOf: async ({ owner }: JobOwner) => ({
      accountId: `account-${owner}`,
      validUntilMs: validUntilMs.get(owner) ?? 0,
      message: undefined,
    }),
    onReleased: () => world.index.callAgain(),
  });
  return {
    world,
    agent,
    notices: createNoticeService(world),
    lasts: (userName: string, seconds: number) =>
      void validUntilMs.set(userName, world.clock.nowMs() + seconds * 1000),
    async [Symbol.asyncDispose]() {
      await agent.stop();
      await world.database.close();
    },
  };
}

test('an owner with unfinished jobs is warned twice, and again when the proxy has ended', async () => {
  await using watched = await openWatchedWorld();
  const { world, agent, notices, lasts } = watched;
  const ada = aUser();
  const told = async () => (await notices.list(ada)).map(({ level, readAtMs }) => [level, readAtMs !== null]);
  lasts('ada', 25 * hourS);
  lasts('bob', 2 * hourS);
  await agent.runOnce();
  assert.deepEqual(await notices.list(aUser({ userName: 'bob' })), [], 'bob has no jobs');
  await world.submitOne();
  await agent.runOnce();
  assert.deepEqual(await told(), []);
  world.clock.advanceS(2 * hourS);
  await agent.runOnce();
  assert.deepEqual(await told(), [['warning', false]]);
  const [notice] = await notices.list(ada);
  await notices.markRead(aUser({ userName: 'bob' }), [notice?.noticeId ?? 0]);
  assert.deepEqual(await told(), [['warning', false]]);
  await notices.markRead(ada, [notice?.noticeId ?? 0]);
  await agent.runOnce();
  assert.deepEqual(await told(), [['warning', true]], 'the same is not told twice');
  world.clock.advanceS(22 * hourS);
  await agent.runOnce();
  assert.deepEqual(await told(), [['critical', false]]);
  world.clock.advanceS(hourS);
  await agent.runOnce();
  assert.match((await notices.list(ada))[0]?.title ?? '', /held/);
  lasts('ada', 100 * hourS);
  await agent.runOnce();
  assert.deepEqual(await told(), []);
});

test('jobs of an owner without proxy wait, those of others run, and a new proxy lets them go at once', async () => {
  await using watched = await openWatchedWorld();
  const { world, agent, lasts } = watched;
  lasts('ada', 60);
  lasts('bob', hourS);
  const held = await world.submitOne();
  await agent.runOnce();
  world.clock.advanceS(60);
  await assert.rejects(world.matchOne(), /no job was matched/);
  const free = await world.submitOne(undefined, aUser({ userName: 'bob' }));
  assert.equal((await world.matchOne()).jobId, free);
  const waiting = world.matcher.match(aPilot({ stamp: 'b'.repeat(32) }), anOffer(), 20_000);
  await agent.runOnce();
  lasts('ada', hourS);
  await agent.runOnce();
  const answer = await waiting;
  assert.equal(answer.kind === 'match' && answer.job.jobId, held);
});
