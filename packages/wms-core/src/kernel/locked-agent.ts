/** Lets an agent run in the one process that holds the lock of its name, see `lock-keeper.ts`. */
import type { Agent } from './agent.ts';
import type { LockKeeper } from './lock-keeper.ts';
import type { Logger } from './logger.ts';

export function lockedAgent(
  agent: Pick<Agent, 'name' | 'start' | 'stop'>,
  parts: { readonly locks: LockKeeper; readonly log: Logger },
): Pick<Agent, 'start' | 'stop'> {
  const { locks, log } = parts;
  let giveBack: (() => Promise<void>) | undefined;
  /** Starts and stops one after the other, however fast the lock comes and goes. */
  let turns: Promise<void> = Promise.resolve();

  async function stopAgent(): Promise<void> {
    try {
      await agent.stop();
    } catch (error) {
      log.warn({ agent: agent.name, err: error }, 'agent.stop-failed');
    }
  }

  return {
    start() {
      giveBack ??= locks.hold(agent.name, {
        gained() {
          log.info({ agent: agent.name }, 'agent.started');
          turns = turns.then(() => agent.start());
        },
        lost() {
          log.info({ agent: agent.name }, 'agent.stopped');
          turns = turns.then(stopAgent);
          return turns;
        },
      });
    },
    async stop() {
      await giveBack?.();
      giveBack = undefined;
    },
  };
}
