/**
 * How late the event loop is: 99th percentile of the delays of an interval. What is told is the better one of the
 * last two intervals, so that a moment (the start, a large answer) is no finding.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 50;

export interface EventLoopLag {
  /** In both of the last two intervals; 0 until they are over. */
  sustainedMs(): number;
  /** Ends the interval and begins a new one; its lag. Called at a steady pace. */
  turn(): number;
  close(): void;
}

export function watchEventLoop(): EventLoopLag {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let formerMs = 0;
  let lastMs = 0;
  return {
    sustainedMs: () => Math.min(formerMs, lastMs),
    turn() {
      formerMs = lastMs;
      // The histogram holds the time between two timers, the wanted pause included.
      lastMs = delays.count === 0 ? 0 : Math.max(0, delays.percentile(99) / 1e6 - resolutionMs);
      delays.reset();
      return lastMs;
    },
    close: () => void delays.disable(),
  };
}
