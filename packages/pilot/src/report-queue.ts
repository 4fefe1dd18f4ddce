/**
 * Status reports on their way to the server: in order, in batches, sent again until answered, so that a
 * server restart loses nothing. Repeating a report is harmless by contract.
 */
import type { JobReport, ReportVerdict } from '@wm/wms-core/vocabulary';

export interface ReportQueue {
  /** Returns at once; the report leaves with the next batch. */
  add(report: JobReport): void;
  /** Resolves when every report added so far is answered. */
  settled(): Promise<void>;
}

const batchSize = 200;

/** `send` must keep trying by itself; when it throws, the server will not take these reports and they are dropped. */
export function createReportQueue(
  send: (reports: readonly JobReport[]) => Promise<readonly ReportVerdict[]>,
  onVerdict: (verdict: ReportVerdict) => void,
  onFailure: (error: unknown) => void,
): ReportQueue {
  const waiting: JobReport[] = [];
  let sending: Promise<void> | undefined;

  async function drain(): Promise<void> {
    // Reports written in the same turn of the event loop share one call.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize);
      try {
        for (const verdict of await send(batch)) onVerdict(verdict);
      } catch (error) {
        onFailure(error);
      }
    }
    // In the same step as the last look at `waiting`: a report added any later starts a new drain.
    sending = undefined;
  }
  return {
    add: (report) => {
      waiting.push(report);
      sending ??= drain();
    },
    settled: async () => {
      while (sending) await sending;
    },
  };
}
