/** Time comes from outside so that tests can move it. */
export interface Clock {
  /** UTC epoch milliseconds. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
