/**
 * Keeps the members of VOs as their membership services tell them (DIRAC's AutoSyncVOMS, credentials.md §2.4). A
 * service that is away, or that suddenly knows nobody, changes nothing; one whose answer came whole decides.
 */
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import type { Database } from '../../db/database.ts';
import { createAgent, type Agent } from '../../kernel/agent.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { MemberServiceConfiguration } from './member-services.adapter.ts';
import { findSync, forgetOtherVos, recordSync, replaceMembers } from './member-sync.store.ts';
import type { MemberService } from './service-member.ts';

export interface MemberSyncParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** `vo`: its name in VOMS. */
  readonly open: (service: MemberServiceConfiguration, vo: string) => MemberService;
}

/** How often it is looked which are due. */
const everyMs = 60_000;

export function createMemberSyncAgent(parts: MemberSyncParts): Agent {
  const { database, clock, log } = parts;

  async function synchronise(vo: string, service: MemberService): Promise<void> {
    const members = await service.members();
    const count = members.filter(({ identities, fqans }) => identities.length > 0 && fqans.length > 0).length;
    if (count === 0)
      throw new WmsError(
        'service.unavailable',
        'The membership service knows no member; nothing was changed.',
      );
    const nowMs = clock.nowMs();
    const changes = await database.write(function* () {
      const made = yield* replaceMembers(vo, members);
      const known = { vo, source: service.source, members: count };
      yield* recordSync({ ...known, synced_at_ms: nowMs, tried_at_ms: nowMs, failure: null });
      return made;
    });
    log.info({ vo, source: service.source, members: count, ...changes }, 'members.synchronised');
  }

  async function fail(vo: string, source: string, error: unknown): Promise<void> {
    const failure = error instanceof WmsError ? error.message : 'something went wrong in the server';
    log.error({ vo, source, err: error }, 'members.not-synchronised');
    const tried_at_ms = clock.nowMs();
    await database.write(function* () {
      const there = yield* findSync(vo);
      const { members = 0, synced_at_ms = null } = there ?? {};
      yield* recordSync({ vo, source, members, synced_at_ms, tried_at_ms, failure });
    });
  }

  async function look(vo: string, configured: MemberServiceConfiguration, inVoms: string): Promise<void> {
    const last = await database.read(() => findSync(vo));
    if (last && clock.nowMs() - last.tried_at_ms < configured.everyMinutes * 60_000) return;
    const service = parts.open(configured, inVoms);
    await synchronise(vo, service).catch((error: unknown) => fail(vo, service.source, error));
  }

  async function cycle(): Promise<void> {
    const vos = Object.entries(parts.configuration.current().values.vos).flatMap(
      ([vo, { memberService, vomsName }]) =>
        memberService === undefined ? [] : [{ vo, memberService, inVoms: vomsName ?? vo }],
    );
    await database.write(() => forgetOtherVos(new Set(vos.map(({ vo }) => vo))));
    for (const { vo, memberService, inVoms } of vos) await look(vo, memberService, inVoms);
  }

  return createAgent({ name: 'member-sync', everyMs, cycle, log });
}
