/** Whether a site or a batch queue is used, in the words of DIRAC's resource status; best first. */
export const elementStatuses = ['Active', 'Degraded', 'Probing', 'Unknown', 'Error', 'Banned'] as const;

export type ElementStatus = (typeof elementStatuses)[number];

/** The worse of both: a queue is never better off than its site. */
export const worseOf = (a: ElementStatus, b: ElementStatus): ElementStatus =>
  elementStatuses.indexOf(a) < elementStatuses.indexOf(b) ? b : a;

/** Pilots are sent to elements of this status. */
export const takesPilots = (status: ElementStatus): boolean =>
  ['Active', 'Degraded', 'Probing'].includes(status);

/** All types of jobs run there; elsewhere only those that the site names for that case. */
export const isUsable = (status: ElementStatus): boolean => ['Active', 'Degraded'].includes(status);

/** Pilots there finish what they run and take nothing new. */
export const drains = (status: ElementStatus): boolean => ['Error', 'Banned'].includes(status);
