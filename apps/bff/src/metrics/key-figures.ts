/** The last hour of the figures an operator looks at first, in memory: one point every 15 s. Pure. */
export const figureNames = [
  'jobsWaiting',
  'jobsRunning',
  'matchesPerS',
  'commitMs',
  'eventLoopLagMs',
] as const;
export type FigureName = (typeof figureNames)[number];
export type FigurePoint = Readonly<Record<FigureName, number>>;

export const figureStepMs = 15_000;
const mostPoints = 240;

export interface FigureSeries {
  /** Instant of the newest point; undefined while there is none. */
  readonly endsAtMs: number | undefined;
  readonly stepMs: number;
  /** Oldest first. */
  readonly values: Readonly<Record<FigureName, readonly number[]>>;
}

export class KeyFigures {
  #points: FigurePoint[] = [];
  #endsAtMs: number | undefined;

  add(point: FigurePoint, atMs: number): void {
    this.#points.push(point);
    if (this.#points.length > mostPoints) this.#points = this.#points.slice(-mostPoints);
    this.#endsAtMs = atMs;
  }

  series(): FigureSeries {
    const valuesOf = (name: FigureName): readonly number[] => this.#points.map((point) => point[name]);
    return {
      endsAtMs: this.#endsAtMs,
      stepMs: figureStepMs,
      values: {
        jobsWaiting: valuesOf('jobsWaiting'),
        jobsRunning: valuesOf('jobsRunning'),
        matchesPerS: valuesOf('matchesPerS'),
        commitMs: valuesOf('commitMs'),
        eventLoopLagMs: valuesOf('eventLoopLagMs'),
      },
    };
  }
}
