/**
 * What an explanation looks at: the batch queues with what their nodes offer, the limits that are reached, and one
 * job. A snapshot without life of its own, built by `explain.service.ts`, and by tests at will.
 */
import type { MatchRule, Reader } from '../matching/match-rule.ts';
import { promisedOffer } from '../matching/promised-offer.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import type { PilotDecision } from '../pilots/pilot-decisions.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { LineAhead } from './estimate.ts';

/** A batch queue of a site. */
export interface Place {
  /** `site/computingElement/batchQueue`. */
  readonly key: string;
  readonly site: string;
  readonly computingElement: string;
  readonly siteStatus: string;
  /** When it takes pilots again by itself; null when it does now, and when nobody said. */
  readonly opensAtMs: number | null;
  /** The site's status lets pilots go there. */
  readonly isSiteOpen: boolean;
  /** False: the configuration allows no pilot there at all. */
  readonly takesPilots: boolean;
  /** VOs it takes jobs of. */
  readonly vos: readonly string[];
  /** What its nodes offer; what the configuration promises while no pilot has told. At least one. */
  readonly offers: readonly Omit<ResourceOffer, 'vo'>[];
  /** False: the offer is a promise. What it does not tell counts as what is asked for. */
  readonly isSeen: boolean;
  readonly decision: PilotDecision | undefined;
}

/** A limit on jobs at work, as it stands now. */
export interface LimitState {
  readonly limitId: string;
  readonly isReached: boolean;
  /** False: it allows nothing at all, so nothing that ends makes room. */
  readonly givesWay: boolean;
  /** A clause for users that says how far it is used, such as `5 of 5 jobs of biomed run there`. */
  readonly words: string;
  appliesTo(place: Pick<Place, 'site' | 'computingElement'>, queue: TaskQueueRequirements): boolean;
}

/** How much a group or owner has used of late beside what is its due, both as parts of 1. */
export interface ShareState {
  readonly level: 'group' | 'owner';
  readonly due: number;
  readonly used: number;
  /** Factor on the weight; below 1 others go first. */
  readonly correction: number;
  /** Jobs of others that start until it is even; 0 when it is. */
  readonly startsOfOthers: number;
  /** When that is at the pace of late; null when it cannot be said. */
  readonly recoversAtMs: number | null;
}

export interface World {
  readonly nowMs: number;
  readonly places: readonly Place[];
  readonly rules: readonly MatchRule[];
  readonly limits: readonly LimitState[];
  /** Left out: somebody who may see the job, of whom no more is known. */
  readonly reader?: Reader | undefined;
}

/** Something wrong outside the matching, in words. */
export interface Fault {
  readonly sentence: string;
  readonly remedy: string | null;
  readonly endsAtMs: number | null;
}

/** Other waiting jobs that the same pilots could take. */
export interface Rivals {
  /** Task queues beside the own one. */
  readonly queues: number;
  /** Jobs in queues of the same owner and group. */
  readonly ownJobs: number;
  readonly otherJobs: number;
}

/** What is wrong with the owner's proxy. */
export interface CredentialFault extends Fault {
  /** The matcher gives the job to nobody; else it would only fail to get a proxy later. */
  readonly isHeld: boolean;
}

export interface ExplainedJob {
  readonly requirements: TaskQueueRequirements;
  /** Why it is not in a task queue yet; null when it is, or is about to be. */
  readonly held: Fault | null;
  readonly credential: CredentialFault | null;
  readonly inputData: Fault | null;
  /** Its place in its task queue; null when it has none yet. */
  readonly ahead: LineAhead | null;
  readonly rivals: Rivals | null;
  readonly shares: readonly ShareState[];
}

/** Something outside the matching keeps it from every pilot, whatever they offer. */
export const isHeldBack = ({
  credential,
  held,
  inputData,
}: Pick<ExplainedJob, 'held' | 'credential' | 'inputData'>): boolean =>
  held !== null || credential?.isHeld === true || inputData !== null;

/** What a pilot of the job's VO offers there, as the pilot director reckons it too. */
export const offersAt = (place: Place, wanted: TaskQueueRequirements): readonly ResourceOffer[] =>
  place.offers.map((offer) => (place.isSeen ? { ...offer, vo: wanted.vo } : promisedOffer(offer, wanted)));
