/**
 * Who may read the audit log, and the agent that keeps it: drops what is older than it must be kept, and writes
 * the head of the chain into the server's log, so that a copy elsewhere bears witness of what the log was.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { findAccount } from '../identity/account.store.ts';
import { demandFreshLogIn } from '../identity/fresh-log-in.ts';
import type { GroupProperty } from '../identity/group-properties.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { AuditEvent, AuditUseCases } from '../use-cases.ts';
import type { AuditAction } from './audit-actions.ts';
import { verifyChain } from './audit-chain.adapter.ts';
import type { ChainedRow, ChainVerdict } from './audit-row.ts';
import {
  adoptFormerRows,
  auditAfter,
  auditHead,
  auditOfAccount,
  auditOfVo,
  dropAuditBefore,
  recordAudit,
} from './audit.store.ts';

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
}

const readersOfVo: readonly GroupProperty[] = ['UserManager', 'ProxyManagement', 'CSAdministrator'];
const newest = Number.MAX_SAFE_INTEGER;
const rowsPerStep = 1000;

function demand(principal: UserPrincipal, anyOf: readonly GroupProperty[]): void {
  if (anyOf.some((property) => principal.properties.includes(property))) return;
  throw new WmsError('access.denied', `To read this the group needs ${anyOf.join(' or ')}.`, {
    group: principal.group,
    anyOf,
  });
}

/** Names instead of ids, for people; an account that is gone keeps its id. */
function* nameOf(names: Map<string, string>, actor: string | null): Work<string | null> {
  if (actor === null || actor === '' || actor.startsWith('pilot ')) return actor;
  const known = names.get(actor);
  if (known !== undefined) return known;
  const name = (yield* findAccount(actor))?.user_name ?? actor;
  names.set(actor, name);
  return name;
}

function* toEvents(rows: readonly ChainedRow[]): Work<readonly AuditEvent[]> {
  const names = new Map<string, string>();
  const events: AuditEvent[] = [];
  for (const row of rows)
    events.push({
      auditId: row.audit_id,
      atMs: row.at_ms,
      action: row.action as AuditAction,
      actor: (yield* nameOf(names, row.actor)) ?? '',
      actorGroup: row.actor_group,
      way: row.way,
      address: row.address,
      requestId: row.request_id,
      target: yield* nameOf(names, row.target_account_id),
      vo: row.vo,
      subjectDn: row.subject_dn,
      result: row.result,
      details: JSON.parse(row.details) as AuditEvent['details'],
    });
  return events;
}

async function verify({ database }: Deps): Promise<ChainVerdict> {
  let verdict: ChainVerdict = { rows: 0, broken: undefined, head: undefined };
  for (;;) {
    const { head } = verdict;
    const rows = await database.readHeavy(() => auditAfter(head?.auditId ?? 0, rowsPerStep));
    const next = verifyChain(rows, head);
    verdict = { ...next, rows: verdict.rows + next.rows };
    if (next.broken !== undefined) return verdict;
    if (rows.length < rowsPerStep) return checkedAgainstHead(verdict, await database.read(() => auditHead()));
  }
}

/** The newest rows may have been cut off, which the rows alone do not show. */
function checkedAgainstHead(verdict: ChainVerdict, head: { auditId: number; hash: string }): ChainVerdict {
  const lastId = verdict.head?.auditId ?? 0;
  // Rows may have come while the others were read.
  if (lastId >= head.auditId && (lastId > head.auditId || (verdict.head?.hash ?? '') === head.hash))
    return verdict;
  return { ...verdict, broken: { auditId: lastId + 1, reason: 'the newest rows are missing' } };
}

async function* pagesBetween(
  { database }: Deps,
  afterId: number,
  lastId: number,
): AsyncGenerator<readonly ChainedRow[]> {
  for (let at = afterId; at < lastId;) {
    const from = at;
    const read = await database.readHeavy(() => auditAfter(from, rowsPerStep));
    const page = read.filter(({ audit_id }) => audit_id <= lastId);
    if (page.length > 0) yield page;
    at = page.length < rowsPerStep ? lastId : (page.at(-1)?.audit_id ?? lastId);
  }
}

export function createAudit(deps: Deps): AuditUseCases {
  const { database, clock } = deps;
  return {
    recordSession: ({ accountId, ...event }) =>
      database.write(() =>
        recordAudit({
          ...event,
          atMs: clock.nowMs(),
          actorAccountId: accountId ?? '',
          actorGroup: '',
          targetAccountId: accountId,
          subjectDn: null,
        }),
      ),
    ofAccount: (accountId, { beforeId, limit }) =>
      database.read(function* () {
        return yield* toEvents(yield* auditOfAccount(accountId, beforeId ?? newest, limit));
      }),
    async ofVo(principal, { beforeId, limit }) {
      demand(principal, readersOfVo);
      return database.readHeavy(function* () {
        return yield* toEvents(yield* auditOfVo(principal.vo, beforeId ?? newest, limit));
      });
    },
    async export(principal, afterId) {
      demand(principal, ['CSAdministrator']);
      demandFreshLogIn(principal, clock.nowMs());
      const lastId = await database.write(function* () {
        const { auditId } = yield* auditHead();
        yield* recordAudit({
          atMs: clock.nowMs(),
          action: 'export audit log',
          actorAccountId: principal.accountId,
          actorGroup: principal.group,
          targetAccountId: null,
          subjectDn: null,
          result: 'OK',
          vo: principal.vo,
          from: principal.from,
          details: { afterId, lastId: auditId },
        });
        return auditId;
      });
      return pagesBetween(deps, afterId, lastId);
    },
    verify: () => verify(deps),
  };
}

const dayMs = 86_400_000;

export function createAuditAgent({ database, clock, log, configuration }: Deps): Agent {
  async function exhaust(step: () => Work<number>): Promise<number> {
    for (let sum = 0; ;) {
      const count = await database.write(step);
      sum += count;
      if (count < rowsPerStep) return sum;
    }
  }

  async function cycle(): Promise<void> {
    await exhaust(() => adoptFormerRows(rowsPerStep));
    const beforeMs = clock.nowMs() - configuration.current().values.accounting.keepAuditDays * dayMs;
    const dropped = await exhaust(() => dropAuditBefore(beforeMs, rowsPerStep));
    const { auditId, hash } = await database.read(() => auditHead());
    log.info({ auditId, hash, dropped }, 'audit.head');
  }

  return createAgent({ name: 'audit', everyMs: dayMs / 4, cycle, log });
}
