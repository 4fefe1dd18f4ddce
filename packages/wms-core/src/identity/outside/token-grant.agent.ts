/**
 * Looks after token grants: asks for groups anew before they stop counting, revokes what was deleted, and ends what
 * expired. A provider that is away costs each grant one try, then it is left alone for a while.
 */
import { createAgent, type Agent } from '../../kernel/agent.ts';
import type { GrantParts } from './grant-parts.ts';
import type { OutsideAccess } from './outside-access.service.ts';
import type { RereadGroups } from './reread-groups.service.ts';
import type { RevokeGrant } from './revoke-token-grant.service.ts';
import { dueGrants, expiredGrants } from './token-grant.store.ts';

const everyMs = 60_000;
/** In a cycle; the rest is for the next. */
const atOnce = 200;
/** Asked at the same time: providers limit how often they are asked. */
const beside = 4;

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: beside }, worker));
}

export function createTokenGrantAgent(
  { database, clock, log }: Pick<GrantParts, 'database' | 'clock' | 'log'>,
  work: {
    readonly access: Pick<OutsideAccess, 'ended'>;
    readonly rereadGroups: RereadGroups;
    readonly revoke: RevokeGrant;
  },
): Agent {
  async function cycle(): Promise<void> {
    const nowMs = clock.nowMs();
    for (const row of await database.read(() => expiredGrants(nowMs, atOnce))) await work.access.ended(row);
    const stale = await database.read(() => dueGrants('live', nowMs, atOnce));
    await inTurns(stale, work.rereadGroups);
    const doomed = await database.read(() => dueGrants('revoking', nowMs, atOnce));
    await inTurns(doomed, ({ grant_id }) => work.revoke(grant_id));
  }
  return createAgent({ name: 'token-grants', everyMs, cycle, log });
}
