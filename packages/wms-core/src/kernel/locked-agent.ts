/** Lets an agent run in the one process that holds the lock of its name, see `lock-keeper.ts`. */
import type { Agent } from './agent.ts';
import type { Clock } from './clock.ts';
import type { LockKeeper } from './lock-keeper.ts';
import type { Logger } from './logger.ts';

export interface LockedAgent extends Pick<Agent, 'name' | 'everyMs' | 'onCycle' | 'start' | 'stop'> {
  /** Since when it runs in this process; undefined while another one runs it, or none. */
  heldSinceMs(): number | undefined;
}

export function lockedAgent(
  agent: Pick<Agent, 'name' | 'everyMs' | 'onCycle' | 'start' | 'stop'>,
  parts: { readonly locks: LockKeeper; readonly clock: Clock; readonly log: Logger },
): LockedAgent {
  const { locks, clock, log } = parts;
  let giveBack: (() => Promise<void>) | undefined;
  let heldSinceMs: number | undefined;
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
    name: agent.name,
    everyMs: agent.everyMs,
    onCycle: (listener) => agent.onCycle(listener),
    heldSinceMs: () => heldSinceMs,
    start() {
      giveBack ??= locks.hold(agent.name, {
        gained() {
          heldSinceMs = clock.nowMs();
          log.info({ agent: agent.name }, 'agent.started');
          turns = turns.then(() => agent.start());
        },
        lost() {
          heldSinceMs = undefined;
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
