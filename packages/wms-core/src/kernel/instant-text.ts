/** An instant in sentences for people: `2026-01-31 12:00 UTC`. */
export const instantText = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
