/**
 * The VOMS servers of a VO as one: asked in random order, each once more when it fails, those that failed twice left
 * alone for five minutes (credentials.md §7.2). An answer counts when what it brings is true.
 */
import { isCredentialError, type VomsAnswer, type VomsRequest, type VomsServer } from '@wm/credentials';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { isWmsError } from '../../kernel/wms-error.ts';
import { askVomsServer, type VomsQuestion } from './voms-server.adapter.ts';
import { vomsError } from './voms-errors.ts';

export interface VomsServersOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Orders the servers; in [0, 1). */
  readonly random: () => number;
}

export type VomsOrder = Omit<VomsQuestion, 'server' | 'nowMs' | 'signal'>;

export interface VomsServers {
  /**
   * `accept` makes something of an answer, or throws CredentialError when it is not true. Throws
   * `service.unavailable` (VOMS_DOWN) when no server is left.
   */
  ask<T>(
    servers: readonly VomsServer[],
    order: VomsOrder,
    accept: (answer: VomsAnswer) => Promise<T>,
  ): Promise<T>;
}

const deadForMs = 300_000;
const triesPerServer = 2;
const serverPatienceMs = 12_000;
/** Pilots wait half a minute for the proxy of a payload. */
const wholePatienceMs = 25_000;

const addressOf = ({ host, port }: VomsServer): string => `${host}:${port}`;

function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  const keyed = list.map((value) => ({ value, key: random() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ value }) => value);
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const noneLeft = ({ vo }: VomsRequest, last: unknown): Error =>
  vomsError('VOMS_DOWN', `No VOMS server of ${vo} gives attributes now: ${wordsOf(last ?? resting)}`, {
    cause: last,
    details: isCredentialError(last) ? { credential: last.reason } : {},
  });

const resting = 'those that failed are asked again in a few minutes.';

export function createVomsServers({ clock, log, random }: VomsServersOptions): VomsServers {
  const deadUntilMs = new Map<string, number>();
  const isAlive = (server: VomsServer): boolean => (deadUntilMs.get(addressOf(server)) ?? 0) <= clock.nowMs();

  async function askPatiently(server: VomsServer, order: VomsOrder, whole: AbortSignal): Promise<VomsAnswer> {
    const address = addressOf(server);
    for (let tries = 1; ; tries += 1)
      try {
        const signal = AbortSignal.any([whole, AbortSignal.timeout(serverPatienceMs)]);
        const answer = await askVomsServer({ ...order, server, nowMs: clock.nowMs(), signal });
        deadUntilMs.delete(address);
        return answer;
      } catch (error) {
        log.warn({ vo: server.vo, address, tries, err: error }, 'voms.server-failed');
        if (tries < triesPerServer && !whole.aborted) continue;
        deadUntilMs.set(address, clock.nowMs() + deadForMs);
        throw error;
      }
  }

  return {
    async ask(servers, order, accept) {
      const whole = AbortSignal.timeout(wholePatienceMs);
      let last: unknown;
      for (const server of shuffled(servers.filter(isAlive), random)) {
        if (whole.aborted) break;
        try {
          return await accept(await askPatiently(server, order, whole));
        } catch (error) {
          // What the server decided is not asked of another one.
          if (isWmsError(error)) throw error;
          last = error;
        }
      }
      throw noneLeft(order.request, last);
    },
  };
}
