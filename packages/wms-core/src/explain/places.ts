/** The batch queues of a configuration as explanations see them: with what nodes offered and what was decided. Pure. */
import type { Configuration } from '../configuration/schema.ts';
import { offerInPlace } from '../matching/bound-offer.ts';
import { usableWallTimeS } from '../matching/resource.ts';
import { batchQueuesOf, type ConfiguredBatchQueue } from '../pilots/pilot-classes.ts';
import type { PilotDecision } from '../pilots/pilot-decisions.ts';
import type { PilotClass } from '../pilots/plan-submissions.ts';
import type { Place } from './world.ts';

/** What a node offered under what the batch queue promised then, as text. */
export interface NodeSeen {
  readonly classKey: string;
  readonly promised: string;
  readonly offer: Omit<Place['offers'][number], 'site' | 'computingElement' | 'batchQueue'>;
}

export interface PlaceFacts {
  readonly decisions: readonly PilotDecision[];
  readonly seen: readonly NodeSeen[];
  /** When closed batch queues take pilots again by themselves, by their key. */
  readonly openings: ReadonlyMap<string, number>;
  readonly promiseOf: (offer: PilotClass['offer']) => string;
}

/** Nodes that offered the same are one. */
const distinct = <T>(offers: readonly T[]): readonly T[] => [
  ...new Map(offers.map((offer) => [JSON.stringify(offer), offer])).values(),
];

/** What a node told, as a match would count it. A pilot that registers tells of its whole slot; it keeps some to end in. */
function nodeOffer(
  told: NodeSeen['offer'],
  { batchQueue, computingElement, offer, site }: ConfiguredBatchQueue,
  values: Configuration,
): Place['offers'][number] {
  const { vo: _vo, ...bound } = offerInPlace({ ...told, vo: '', site, computingElement, batchQueue }, values);
  const cpuTimeLeftS = Math.min(told.cpuTimeLeftS, offer.cpuTimeLeftS);
  return { ...bound, policy: offer.policy, cpuTimeLeftS, wallTimeLeftS: usableWallTimeS(cpuTimeLeftS) };
}

export function placesOfConfiguration(values: Configuration, facts: PlaceFacts): readonly Place[] {
  const decisions = new Map(facts.decisions.map((decision) => [decision.classKey, decision]));
  const seenByKey = Map.groupBy(facts.seen, ({ classKey }) => classKey);
  return batchQueuesOf(values).map((queue): Place => {
    const { computingElement, key, site } = queue;
    const takesPilots = queue.maxTotalPilots > 0 && queue.maxWaitingPilots > 0;
    const promised = facts.promiseOf(queue.offer);
    const seen = (seenByKey.get(key) ?? []).filter((each) => each.promised === promised);
    return {
      key,
      site,
      computingElement,
      siteStatus: queue.statusReason === '' ? queue.status : `${queue.status}: ${queue.statusReason}`,
      isSiteOpen: queue.isOpen,
      opensAtMs: takesPilots && !queue.isOpen ? (facts.openings.get(key) ?? null) : null,
      takesPilots,
      vos: queue.vos,
      offers:
        seen.length === 0
          ? [{ ...queue.offer, platforms: queue.offer.platforms ?? [] }]
          : distinct(seen.map(({ offer }) => nodeOffer(offer, queue, values))),
      isSeen: seen.length > 0,
      decision: decisions.get(key),
    };
  });
}
