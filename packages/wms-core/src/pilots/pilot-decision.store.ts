/** SQL of what explanations need to know of pilots: the director's decisions and what nodes offered. */
import { insertBatch } from '../db/batch.ts';
import { defer, rows, run, type Work } from '../db/database.ts';
import type { PilotClass } from './plan-submissions.ts';
import type { PilotDecision } from './pilot-decisions.ts';

const decisions = insertBatch(
  'pilot_decisions',
  { class_key: 'text', decided_at_ms: 'bigint', decision: 'text' },
  {
    onConflict:
      'on conflict (class_key) do update set decided_at_ms = excluded.decided_at_ms, decision = excluded.decision',
    fold: { keyColumns: 1, merge: (_earlier, later) => later },
  },
);

export const savePilotDecision = (decision: PilotDecision): Work<void> =>
  defer(decisions, [decision.classKey, decision.decidedAtMs, JSON.stringify(decision)]);

export function* readPilotDecisions(): Work<readonly PilotDecision[]> {
  const found = yield* rows<{ decision: string }>('select decision from pilot_decisions');
  return found.map(({ decision }) => JSON.parse(decision) as PilotDecision);
}

/** What a node offers, without the names that follow from its place. */
export type NodeOffer = Omit<PilotClass['offer'], 'site' | 'computingElement' | 'batchQueue'> & {
  readonly platforms: readonly string[];
};

export interface SeenOffer {
  readonly classKey: string;
  /** What the batch queue promised when the offer was made, as `promiseOf` writes it. */
  readonly promised: string;
  readonly offer: NodeOffer;
  readonly seenAtMs: number;
}

export const promiseOf = (offer: PilotClass['offer']): string => JSON.stringify(offer);

/** Nodes whose names fall into the same slot replace each other. */
export const seenOfferSlots = 16;

export function* saveSeenOffer(seen: SeenOffer, slot: number): Work<void> {
  yield* run(
    `insert into seen_offers (class_key, slot, promised, offer, seen_at_ms) values ($1, $2, $3, $4, $5)
     on conflict (class_key, slot) do update set promised = excluded.promised, offer = excluded.offer,
       seen_at_ms = excluded.seen_at_ms`,
    [seen.classKey, slot, seen.promised, JSON.stringify(seen.offer), seen.seenAtMs],
  );
}

export function* readSeenOffers(sinceMs: number): Work<readonly SeenOffer[]> {
  const found = yield* rows<Omit<SeenOffer, 'offer'> & { readonly offer: string }>(
    `select class_key as "classKey", promised, offer, seen_at_ms as "seenAtMs" from seen_offers
     where seen_at_ms >= $1 order by class_key, slot`,
    [sinceMs],
  );
  return found.map((row) => ({ ...row, offer: JSON.parse(row.offer) as NodeOffer }));
}
