/** The Pilot Summary against a recount in memory, over generated lives of pilots. WM_PROPERTY_RUNS sets how many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { run } from '../db/database.ts';
import { insertAttempt } from '../jobs/job.store.ts';
import { aConfiguration, aUser, configurationHolder } from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createPilotMoves } from './pilot-moves.service.ts';
import { canPilotMove, isFinalPilot, pilotStatuses, type PilotStatus } from './pilot-status.ts';
import { createPilotSummary } from './pilot-summary.service.ts';
import { noPilotFigures, type PilotFigures } from './pilot-summary.ts';
import { findPilot, insertPilot } from './pilot.store.ts';

const hourMs = 3_600_000;
const places = ['EGI.A.org/ce1', 'EGI.A.org/ce2', 'EGI.B.org/ce1'] as const;
const vos = ['biomed', 'fermilab'] as const;

interface Life {
  readonly vo: string;
  readonly place: string;
  status: PilotStatus;
  jobs: number;
  endedAtMs: number | undefined;
}

const step = fc.oneof(
  fc.record({
    kind: fc.constant('submit' as const),
    vo: fc.constantFrom(...vos),
    place: fc.constantFrom(...places),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    pilot: fc.nat(),
    status: fc.constantFrom(...pilotStatuses),
  }),
  fc.record({ kind: fc.constant('takeJob' as const), pilot: fc.nat() }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 700 }) }),
);

/** What the summary must say, counted one by one. */
function recount(lives: readonly Life[], vo: string | undefined, nowMs: number) {
  const counted = new Map<string, PilotFigures>();
  for (const life of lives) {
    const { endedAtMs, jobs, place, status } = life;
    if (vo !== undefined && life.vo !== vo) continue;
    if (endedAtMs !== undefined && endedAtMs <= nowMs - 24 * hourMs) continue;
    const before = counted.get(place) ?? noPilotFigures;
    const isLate = endedAtMs !== undefined && endedAtMs > nowMs - hourMs;
    counted.set(place, {
      byStatus: { ...before.byStatus, [status]: before.byStatus[status] + 1 },
      abortedInHour: before.abortedInHour + (status === 'Aborted' && isLate ? 1 : 0),
      doneEmpty: before.doneEmpty + (status === 'Done' && jobs === 0 ? 1 : 0),
    });
  }
  return counted;
}

test('every place has the figures that a recount gives, for operators of all VOs and for users of theirs', async () => {
  await using database = await openTestDatabase();
  const clock = createFakeClock();
  const moves = createPilotMoves({
    clock,
    *onPilotEnded() {},
    accounting: { *pilotEnded() {} },
  });
  const summary = createPilotSummary({
    database,
    clock,
    configuration: configurationHolder(aConfiguration({ sites: {} })),
  });

  const submit = (stamp: string, vo: string, place: string) =>
    database.write(() => {
      const [site = '', computingElement = ''] = place.split('/');
      const fields = { gridType: 'ARC', batchQueue: 'q', processors: 1, maxWallTimeS: 1, taskQueueId: null };
      return insertPilot({ stamp, secretSha256: '', vo, site, computingElement, ...fields }, clock.nowMs());
    });
  const move = (stamp: string, status: PilotStatus) =>
    database.write(function* () {
      const pilot = yield* findPilot(stamp);
      return pilot !== undefined && (yield* moves.move(pilot, status, 'generated'));
    });
  const takeJob = (stamp: string, jobId: number) =>
    database.write(() =>
      insertAttempt({
        jobId,
        attempt: 1,
        pilotStamp: stamp,
        site: '',
        computingElement: '',
        batchQueue: '',
        matchedAtMs: clock.nowMs(),
      }),
    );

  let jobId = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await database.write(function* () {
        yield* run('delete from pilots');
        yield* run('delete from job_attempts');
      });
      const lives: Life[] = [];
      for (const each of steps) {
        if (each.kind === 'wait') clock.advanceS(each.minutes * 60);
        if (each.kind === 'submit') {
          await submit(`p${lives.length}`, each.vo, each.place);
          lives.push({ ...each, status: 'Submitted', jobs: 0, endedAtMs: undefined });
        }
        if (each.kind !== 'move' && each.kind !== 'takeJob') continue;
        const index = lives.length === 0 ? 0 : each.pilot % lives.length;
        const life = lives[index];
        if (life === undefined) continue;
        if (each.kind === 'takeJob' && !isFinalPilot(life.status)) {
          await takeJob(`p${index}`, (jobId += 1));
          life.jobs += 1;
        }
        if (each.kind === 'move') {
          assert.equal(await move(`p${index}`, each.status), canPilotMove(life.status, each.status));
          if (!canPilotMove(life.status, each.status)) continue;
          life.status = each.status;
          if (isFinalPilot(each.status)) life.endedAtMs = clock.nowMs();
        }
      }
      const asked = [
        { who: aUser({ properties: ['Operator'] }), vo: undefined },
        ...vos.map((vo) => ({ who: aUser({ vo }), vo })),
      ];
      for (const { vo, who } of asked) {
        const { sites } = await summary.bySite(who);
        const told = sites.flatMap(({ computingElements, site }) =>
          computingElements.map(({ abortedInHour, byStatus, computingElement, doneEmpty }) => [
            `${site}/${computingElement}`,
            { byStatus, abortedInHour, doneEmpty },
          ]),
        );
        const expected = [...recount(lives, vo, clock.nowMs())].toSorted(([a], [b]) => a.localeCompare(b));
        assert.deepEqual(told, expected);
        for (const { computingElements, total } of sites)
          assert.equal(
            total,
            computingElements.reduce((sum, element) => sum + element.total, 0),
          );
      }
    }),
    propertyRuns(60),
  );
});

test('places without pilots are listed for those whom they serve, and for operators', async () => {
  await using database = await openTestDatabase();
  const element = { type: 'Local', queues: { default: {} } };
  const configuration = configurationHolder(
    aConfiguration({
      sites: {
        'EGI.Mine.org': { computingElements: { local: element } },
        'EGI.Theirs.org': { vos: ['fermilab'], computingElements: { local: element } },
      },
    }),
  );
  const summary = createPilotSummary({ database, clock: createFakeClock(), configuration });
  const names = async (who = aUser()) => (await summary.bySite(who)).sites.map(({ site }) => site);
  assert.deepEqual(await names(), ['EGI.Mine.org']);
  assert.deepEqual(await names(aUser({ properties: ['Operator'] })), ['EGI.Mine.org', 'EGI.Theirs.org']);
  const [mine] = (await summary.bySite(aUser())).sites;
  assert.deepEqual([mine?.status, mine?.computingElements[0]?.total], ['Idle', 0]);
});
