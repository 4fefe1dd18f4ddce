/**
 * References of pilots at an ARC CE: the address of the job, with the stamp behind `#`. They hold for ever, so a
 * service that moved to another address keeps its pilots only under the old one.
 */

export interface ArcReference {
  readonly id: string;
  readonly stamp: string;
}

export const arcReference = (endpoint: string, { id, stamp }: ArcReference): string =>
  `${endpoint}/rest/1.0/jobs/${id}#${stamp}`;

/** Undefined when it is none of this endpoint. */
export const parseArcReference = (endpoint: string, reference: string): ArcReference | undefined => {
  const start = `${endpoint}/rest/1.0/jobs/`;
  if (!reference.startsWith(start)) return undefined;
  const match = /^([\w-]{1,128})#([0-9a-f]{32})$/.exec(reference.slice(start.length));
  return match?.[1] === undefined || match[2] === undefined ? undefined : { id: match[1], stamp: match[2] };
};
