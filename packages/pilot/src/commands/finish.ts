/** Says good-bye: the rest of the log, then how the pilot ended. */
import type { PilotCommand } from '../pilot-context.ts';

export const finish: PilotCommand = {
  name: 'finish',
  always: true,
  run: async ({ farewellMs, findings, log, server }) => {
    const { status, reason } = findings.outcome;
    const endMs = Date.now() + farewellMs;
    log.write(`ends ${status}: ${reason}`);
    // The way it ended matters more than the last lines of the log.
    await log.close(farewellMs / 2);
    const leftMs = Math.max(1, endMs - Date.now());
    await server.call(
      'POST /pilot/v1/finish',
      { body: { status, reason: reason.slice(0, 1024) } },
      { giveUpAfterMs: leftMs, timeoutMs: leftMs },
    );
  },
};
