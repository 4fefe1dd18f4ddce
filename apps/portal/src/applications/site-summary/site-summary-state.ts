/** What Site Summary keeps in the layout: which sites are shown. */
export interface SiteSummaryState {
  /** Part of the name of a site, computing element or queue. */
  readonly text: string;
  /** Only places that take no pilots now, or have something said of them. */
  readonly onlyTroubled: boolean;
}

export const startState: SiteSummaryState = { text: '', onlyTroubled: false };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A stored state as far as it makes sense today. */
export function readState(stored: unknown): SiteSummaryState {
  if (!isRecord(stored)) return startState;
  const { text, onlyTroubled } = stored;
  return {
    text: typeof text === 'string' ? text : '',
    onlyTroubled: onlyTroubled === true,
  };
}
