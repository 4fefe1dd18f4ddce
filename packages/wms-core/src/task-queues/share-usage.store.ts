/**
 * SQL of decayed use. A row adds up what a holder used in a period, each amount weighted by 2^(age of the period's
 * epoch in half-lives), so that charges are additions that need no reading and processes may add at once. A period is
 * so long that its weights stay small numbers; rows of past periods fade and are removed.
 */
import { insertBatch } from '../db/batch.ts';
import { defer, rows, run, type Work } from '../db/database.ts';
import type { Charge } from './share-ledger.ts';

const halfLivesOfAPeriod = 64;

const usage = insertBatch(
  'share_usage',
  {
    vo: 'text',
    owner_group: 'text',
    owner: 'text',
    half_life_s: 'bigint',
    epoch_ms: 'bigint',
    cost_s: 'double precision',
    dispatches: 'double precision',
  },
  {
    onConflict: `on conflict (vo, owner_group, owner, half_life_s, epoch_ms) do update set
      cost_s = share_usage.cost_s + excluded.cost_s, dispatches = share_usage.dispatches + excluded.dispatches`,
    fold: {
      keyColumns: 5,
      merge: (earlier, later) => [
        ...earlier.slice(0, 5),
        Number(earlier[5]) + Number(later[5]),
        Number(earlier[6]) + Number(later[6]),
      ],
    },
  },
);

const periodMs = (halfLifeS: number): number => halfLifeS * 1000 * halfLivesOfAPeriod;

const epochOf = (atMs: number, halfLifeS: number): number =>
  Math.floor(atMs / periodMs(halfLifeS)) * periodMs(halfLifeS);

const weight = (fromMs: number, toMs: number, halfLifeS: number): number =>
  2 ** ((toMs - fromMs) / (halfLifeS * 1000));

export function* addUsage(charge: Charge, halfLifeS: number): Work<void> {
  const epochMs = epochOf(charge.atMs, halfLifeS);
  const by = weight(epochMs, charge.atMs, halfLifeS);
  yield* defer(usage, [
    charge.vo,
    charge.ownerGroup,
    charge.owner,
    halfLifeS,
    epochMs,
    charge.costS * by,
    charge.dispatches * by,
  ]);
}

/** What everybody has used, as it counts at an instant. */
export function* loadUsage(nowMs: number): Work<readonly Charge[]> {
  const found = yield* rows<{
    vo: string;
    ownerGroup: string;
    owner: string;
    halfLifeS: number;
    epochMs: number;
    costS: number;
    dispatches: number;
  }>(
    `select vo, owner_group as "ownerGroup", owner, half_life_s as "halfLifeS", epoch_ms as "epochMs",
       cost_s as "costS", dispatches from share_usage`,
  );
  return found.map(({ halfLifeS, epochMs, costS, dispatches, ...holder }) => {
    const by = weight(nowMs, epochMs, halfLifeS);
    return { ...holder, costS: costS * by, dispatches: dispatches * by, atMs: nowMs };
  });
}

/** Removes rows of periods that ended so long ago that nothing is left of them. */
export function* pruneUsage(nowMs: number): Work<void> {
  yield* run('delete from share_usage where epoch_ms + half_life_s * 1000 * $2 < $1', [
    nowMs,
    halfLivesOfAPeriod + 40,
  ]);
}
