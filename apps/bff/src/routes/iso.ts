/** Instants leave the server as ISO 8601 with Z (DESIGN D16). */
export const iso = (atMs: number): string => new Date(atMs).toISOString();

export const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : iso(atMs));
