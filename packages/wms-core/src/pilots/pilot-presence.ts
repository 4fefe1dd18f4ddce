/**
 * When each pilot was last heard of, in memory: every request of a pilot counts, and writing each to the database
 * would cost more than it tells. The director stores the instants now and then.
 */
export interface PilotPresence {
  seen(stamp: string, atMs: number): void;
  lastSeenAtMs(stamp: string): number | undefined;
  forget(stamp: string): void;
  forgetBefore(instantMs: number): void;
}

export const createPilotPresence = (): PilotPresence => {
  const instants = new Map<string, number>();
  return {
    seen: (stamp, atMs) => void instants.set(stamp, atMs),
    lastSeenAtMs: (stamp) => instants.get(stamp),
    forget: (stamp) => void instants.delete(stamp),
    forgetBefore(instantMs) {
      for (const [stamp, atMs] of instants) if (atMs < instantMs) instants.delete(stamp);
    },
  };
};
