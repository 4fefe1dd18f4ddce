/** What was killed in a run, and how long it took until all was well again. Pure. */
import type { LedgerLine } from '../simulated-pilots/ledger.ts';

export const killTargets = ['server', 'pilot', 'database'] as const;
export type KillTarget = (typeof killTargets)[number];

export const engines = ['sqlite', 'postgres'] as const;
export type Engine = (typeof engines)[number];

export interface Kill {
  readonly target: KillTarget;
  readonly atMs: number;
  /** Until calls were answered again; undefined where nothing was measured, as for a server killed while it starts. */
  readonly recoveryMs?: number;
  /** Of a pilot. */
  readonly processId?: number;
}

export type CountsByTarget = Readonly<Record<KillTarget, number>>;

export const countByTarget = (kills: readonly Kill[]): CountsByTarget => ({
  server: kills.filter(({ target }) => target === 'server').length,
  pilot: kills.filter(({ target }) => target === 'pilot').length,
  database: kills.filter(({ target }) => target === 'database').length,
});

/** Milliseconds from the death of each pilot to the moment when the last job it held was started again elsewhere. */
function takeovers(kills: readonly Kill[], ledger: readonly LedgerLine[]): readonly number[] {
  const starts = Map.groupBy(
    ledger.filter((line) => line.kind === 'started'),
    ({ jobId }) => jobId,
  );
  return kills.flatMap(({ target, processId, atMs }) => {
    if (target !== 'pilot') return [];
    const held = ledger.filter((line) => line.kind === 'started' && line.processId === processId);
    const again = held.flatMap((line) => {
      if (line.kind !== 'started') return [];
      const next = starts.get(line.jobId)?.find(({ attempt }) => attempt > line.attempt);
      return next && next.atMs > atMs ? [next.atMs - atMs] : [];
    });
    return again.length > 0 ? [Math.max(...again)] : [];
  });
}

/** Recovery times of each target, milliseconds. */
export const recoveryTimes = (
  kills: readonly Kill[],
  ledger: readonly LedgerLine[],
): Readonly<Record<KillTarget, readonly number[]>> => {
  const of = (wanted: KillTarget) =>
    kills.flatMap(({ target, recoveryMs }) =>
      target === wanted && recoveryMs !== undefined ? [recoveryMs] : [],
    );
  return { server: of('server'), pilot: takeovers(kills, ledger), database: of('database') };
};
