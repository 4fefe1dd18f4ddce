/** How full a site is, from the GLUE2 document of `GET /info` (computing-elements.md §7.4): pure. */
import { countOf, listOf, objectOf, readJson, textOf, type Json } from './arc-answers.ts';

export interface ArcCapacity {
  readonly waiting: number;
  readonly running: number;
  /** Left out when the site does not say. */
  readonly slots?: number;
}

/** Of one queue, or of all when `queue` is undefined. */
export const arcCapacity = (body: string, queue?: string): ArcCapacity => {
  const shares = sharesOf(readJson(body)).filter(
    (share) => queue === undefined || share.mappingQueue === queue,
  );
  const free = shares.map(({ freeSlots }) => freeSlots).filter((slots) => slots !== undefined);
  return {
    waiting: sum(shares.map(({ waiting }) => waiting)),
    running: sum(shares.map(({ running }) => running)),
    ...(free.length === 0 ? {} : { slots: sum(free) }),
  };
};

interface Share {
  readonly name: string;
  readonly mappingQueue: string;
  readonly waiting: number;
  readonly running: number;
  readonly freeSlots: number | undefined;
}

/**
 * One share a queue: beside it the document has a share for each VO of the queue, with the same numbers. Where the
 * queue itself has none, the fullest of its shares stands for it.
 */
const sharesOf = (document: Json): readonly Share[] => {
  const queues = Map.groupBy(serviceOf(document).map(readShare), ({ mappingQueue }) => mappingQueue);
  return [...queues.values()].flatMap(
    (shares) =>
      shares.find(({ name, mappingQueue }) => name === mappingQueue) ??
      shares.toSorted((a, b) => b.running + b.waiting - (a.running + a.waiting)).slice(0, 1),
  );
};

const serviceOf = (document: Json): readonly Json[] => {
  const services = objectOf(objectOf(objectOf(document['Domains'])['AdminDomain'])['Services']);
  return listOf(services['ComputingService']).flatMap((service) =>
    listOf(objectOf(service)['ComputingShare']).map(objectOf),
  );
};

const readShare = (share: Json): Share => {
  const name = textOf(share['Name']) ?? '';
  return {
    name,
    mappingQueue: textOf(share['MappingQueue']) ?? name,
    waiting: sum(['WaitingJobs', 'PreLRMSWaitingJobs', 'StagingJobs'].map((key) => countOf(share[key]) ?? 0)),
    running: countOf(share['RunningJobs']) ?? 0,
    freeSlots: countOf(share['FreeSlots']),
  };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
