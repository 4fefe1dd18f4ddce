/** Says good-bye: the rest of the log, then how the pilot ended. The batch system may not leave much time. */
import type { PilotCommand } from '../pilot-context.ts';

const graceMs = 10_000;

export const finish: PilotCommand = {
  name: 'finish',
  always: true,
  run: async ({ findings, log, server }) => {
    const { status, reason } = findings.outcome;
    log.write(`ends ${status}: ${reason}`);
    await log.close(graceMs);
    await server.call(
      'POST /pilot/v1/finish',
      { body: { status, reason: reason.slice(0, 1024) } },
      { giveUpAfterMs: graceMs, timeoutMs: graceMs },
    );
  },
};
