/**
 * A pilot talks to any of several server processes, and the director of one of them must not take it for dead:
 * every few seconds each process tells the others which pilots it heard of.
 */
import type { Broadcast } from '../db/broadcast.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { PilotPresence } from './pilot-presence.ts';

const topic = 'pilots-seen';
const tellEveryMs = 5000;
/** Longer than any pilot is waited for; only a process without the director has to forget by time. */
const keepMs = 86_400_000;

export function createPresenceNews(parts: {
  readonly presence: PilotPresence;
  readonly broadcast: Broadcast;
  readonly clock: Clock;
  readonly log: Logger;
}): { readonly presence: PilotPresence; readonly agent: Agent } {
  const { presence, broadcast, clock } = parts;
  const heard = new Set<string>();
  broadcast.onMessage(topic, (message) => {
    for (const stamp of JSON.parse(message) as readonly string[]) presence.seen(stamp, clock.nowMs());
  });

  async function tell(): Promise<void> {
    presence.forgetBefore(clock.nowMs() - keepMs);
    if (heard.size === 0) return;
    broadcast.send(topic, JSON.stringify([...heard]));
    heard.clear();
  }

  return {
    presence: {
      ...presence,
      seen(stamp, atMs) {
        heard.add(stamp);
        presence.seen(stamp, atMs);
      },
    },
    agent: createAgent({ name: 'presence-news', everyMs: tellEveryMs, cycle: tell, log: parts.log }),
  };
}
