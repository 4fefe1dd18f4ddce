/**
 * A match decision as somebody may read it: other owners and groups are `another` to those who may not know of them.
 * Weights and order stay, so that the draw can be repeated all the same. Pure.
 */
import type { Owned } from '../jobs/job-rights.ts';
import type { JobDecision } from '../use-cases.ts';
import { replays, type DrawnLevel } from './draw.ts';
import type { Reader } from './match-rule.ts';
import type { ResourceOffer } from './resource.ts';

/** As it is written down. */
export type DecisionRecord = Pick<JobDecision, 'taskQueueId' | 'offer' | 'levels'>;

export interface DecisionReader extends Reader {
  /** May see the jobs of the whole VO, and so who owns them. */
  readonly seesVo: boolean;
}

const another = 'another';

function shownLevel(level: DrawnLevel, { owner, ownerGroup }: Owned, { seesVo }: DecisionReader): DrawnLevel {
  if (seesVo || level.level === 'taskQueue') return level;
  const own = level.level === 'owner' ? owner : ownerGroup;
  const masked = (name: string): string => (name === own || name.startsWith('…') ? name : another);
  return {
    ...level,
    lots: level.lots.map(([name, weight]) => [masked(name), weight]),
    winner: masked(level.winner),
  };
}

/** A reservation may name people and groups of any VO. */
function shownOffer(offer: ResourceOffer, { owner }: Owned, reader: DecisionReader): ResourceOffer {
  const { ownerGroups, owners, ...policy } = offer.policy ?? {};
  if (reader.isOperator || (ownerGroups === undefined && owners === undefined)) return offer;
  const named = (names: readonly string[], isKnown: (name: string) => boolean): readonly string[] => {
    const known = names.filter(isKnown);
    return known.length < names.length ? [...known, another] : known;
  };
  return {
    ...offer,
    policy: {
      ...policy,
      ...(ownerGroups && { ownerGroups: named(ownerGroups, (name) => reader.knowsGroup(name)) }),
      ...(owners && { owners: named(owners, (name) => name === owner) }),
    },
  };
}

export const shownDecision = (
  { levels, offer, taskQueueId }: DecisionRecord,
  job: Owned,
  reader: DecisionReader,
): Omit<JobDecision, 'attempt' | 'atMs'> => ({
  taskQueueId,
  offer: shownOffer(offer, job, reader),
  levels: levels.map((level) => shownLevel(level, job, reader)),
  replays: replays({ levels }),
});
