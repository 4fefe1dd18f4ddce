/**
 * Pilots towards the outside: they log in, register, write their log and say good-bye; people look at them.
 * A pilot that has ended is refused everything, so a worker node that was given up can do no harm.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { orderSql, selectSql, selectedColumns, whereSql, wireRow } from '../db/search-sql.ts';
import type { PilotPrincipal, UserPrincipal } from '../identity/principal.ts';
import { maySeeJob } from '../jobs/job-rights.ts';
import type { SearchCondition } from '../jobs/job-search.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { PilotRegistration, PilotUseCases } from '../use-cases.ts';
import { batchQueuesOf, classKeyOf } from './pilot-classes.ts';
import { promiseOf, saveSeenOffer, seenOfferSlots } from './pilot-decision.store.ts';
import type { PilotMoves } from './pilot-moves.service.ts';
import type { PilotPresence } from './pilot-presence.ts';
import { maySeePilot, noSuchPilot, seesAllPilots } from './pilot-rights.ts';
import { isFinalPilot } from './pilot-status.ts';
import { isPilotSecret, parsePilotToken } from './pilot-token.adapter.ts';
import {
  appendLogPart,
  findPilot,
  jobsOfPilot,
  logSize,
  pilotCatalogue,
  searchPilots,
  setPilotFacts,
} from './pilot.store.ts';
import type { StoredPilot } from './pilot.store.ts';

export interface PilotManagerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly moves: PilotMoves;
  readonly presence: PilotPresence;
}

/** Characters of log kept of one pilot; what comes later is dropped with one line that says so. */
const mostLogLength = 2_000_000;
const mostPageRows = 10_000;

export const createPilotManagerService = (
  deps: PilotManagerDeps,
): Omit<PilotUseCases, 'bySite' | 'output'> => {
  const { database, clock, moves } = deps;
  const values = () => deps.configuration.current().values;

  /** The pilot while it lives; throws `pilot.unknown` or `pilot.ended`. */
  function* livePilot(stamp: string): Work<StoredPilot> {
    const pilot = yield* findPilot(stamp);
    if (pilot === undefined) throw unknownPilot();
    if (isFinalPilot(pilot.status)) throw ended(pilot);
    return pilot;
  }

  /** What nodes of this batch queue really offer, such as their platform, is known from their pilots only. */
  function* rememberOffer(pilot: StoredPilot, { hostName, offer }: PilotRegistration): Work<void> {
    const classKey = classKeyOf(pilot);
    const configured = batchQueuesOf(values()).find(({ key }) => key === classKey);
    if (configured === undefined) return;
    const promised = promiseOf(configured.offer);
    yield* saveSeenOffer({ classKey, promised, offer, seenAtMs: clock.nowMs() }, slotOf(hostName));
  }

  const visible = (principal: UserPrincipal): readonly SearchCondition[] =>
    seesAllPilots(principal) ? [] : [{ parameter: 'VO', operator: 'eq', value: principal.vo }];

  const seen = async (principal: UserPrincipal, stamp: string) => {
    const { pilot, jobs } = await database.read(function* () {
      return { pilot: yield* findPilot(stamp), jobs: yield* jobsOfPilot(stamp) };
    });
    if (pilot === undefined || !maySeePilot(principal, pilot)) throw noSuchPilot(stamp);
    const visibility = values().jobVisibility;
    return jobs.filter((job) => maySeeJob(principal, visibility, job));
  };

  return {
    authenticate: async (token) => {
      const parsed = parsePilotToken(token);
      const pilot = parsed === undefined ? undefined : await database.read(() => findPilot(parsed.stamp));
      if (parsed === undefined || pilot === undefined || !isPilotSecret(parsed.secret, pilot.secretSha256)) {
        throw unknownPilot();
      }
      if (isFinalPilot(pilot.status)) throw ended(pilot);
      const { stamp, vo, site, computingElement, batchQueue } = pilot;
      deps.presence.seen(stamp, clock.nowMs());
      return { kind: 'pilot', stamp, vo, site, computingElement, batchQueue } satisfies PilotPrincipal;
    },

    register: async ({ stamp }, registration) => {
      const { vo } = await database.write(function* () {
        const pilot = yield* livePilot(stamp);
        const { hostName, version, nodeVersion, isolation, checks, offer } = registration;
        const facts = { hostName, version, nodeVersion, isolation };
        yield* setPilotFacts(
          stamp,
          { ...facts, checks: JSON.stringify(checks), offer: JSON.stringify(offer) },
          clock.nowMs(),
        );
        yield* rememberOffer(pilot, registration);
        yield* moves.move(pilot, 'Running', `Registered from ${hostName}`);
        return pilot;
      });
      deps.log.info({ stamp, host: registration.hostName }, 'pilot.registered');
      const { lifeCycle, limits, vos } = values();
      return {
        heartbeatS: lifeCycle.pilotHeartbeatS,
        idleStopS: lifeCycle.pilotIdleStopS,
        checks: vos[vo]?.nodeChecks ?? [],
        limits: { maxOutputSandboxBytes: limits.outputSandboxBytes, peekLines: limits.peekLines },
      };
    },

    appendLog: (principal, text) =>
      database.write(function* () {
        yield* livePilot(principal.stamp);
        const { parts, length } = yield* logSize(principal.stamp);
        if (length >= mostLogLength || text === '') return;
        const isFull = length + text.length >= mostLogLength;
        const kept = isFull
          ? `${text.slice(0, mostLogLength - length)}\n[the log is full; the rest is dropped]\n`
          : text;
        // A nul character is no text for one of the engines.
        yield* appendLogPart(principal.stamp, parts, kept.replaceAll('\0', '\ufffd'), clock.nowMs());
      }),

    finish: async ({ stamp }, { status, reason }) => {
      await database.write(function* () {
        const pilot = yield* findPilot(stamp);
        if (pilot === undefined) throw unknownPilot();
        yield* moves.move(pilot, status, reason);
      });
      deps.log.info({ stamp, status, reason }, 'pilot.finished');
    },

    search: async (principal, query) => {
      const chosen = selectedColumns(pilotCatalogue, query.parameters);
      const where = whereSql(pilotCatalogue, [...visible(principal), ...query.search]);
      const from = `from pilots where ${where.sql}`;
      const select = `select ${query.distinct === true ? 'distinct ' : ''}${selectSql(chosen)} ${from}`;
      const order =
        query.distinct === true
          ? chosen.map((_, index) => index + 1).join(', ')
          : orderSql(pilotCatalogue, query.sort, 'pilot_id');
      const perPage = Math.min(query.perPage, mostPageRows);
      return await database.readHeavy(function* () {
        const count =
          query.distinct === true
            ? `select count(*) as total from (${select}) as found`
            : `select count(*) as total ${from}`;
        const [counted] = yield* searchPilots(count, where.params);
        const found = yield* searchPilots(
          `${select} order by ${order} limit $${where.params.length + 1} offset $${where.params.length + 2}`,
          [...where.params, perPage, (query.page - 1) * perPage],
        );
        return { rows: found.map((row) => wireRow(chosen, row)), total: Number(counted?.['total'] ?? 0) };
      });
    },

    summary: async (principal, grouping, search) => {
      const chosen = selectedColumns(pilotCatalogue, grouping.length === 0 ? undefined : grouping);
      const where = whereSql(pilotCatalogue, [...visible(principal), ...search]);
      const groups = chosen.map(([, { sql }]) => sql).join(', ');
      const found = await database.readHeavy(() =>
        searchPilots(
          `select ${selectSql(chosen)}, count(*) as count from pilots where ${where.sql} group by ${groups} order by ${groups}`,
          where.params,
        ),
      );
      return found.map((row) => ({ ...wireRow(chosen, row), count: Number(row['count']) }));
    },

    jobsOf: async (principal, stamp) => (await seen(principal, stamp)).map(({ jobId }) => jobId),
  };
};

/** The same name always falls into the same slot. */
const slotOf = (hostName: string): number => {
  let sum = 0;
  for (const character of hostName) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % seenOfferSlots;
};

const unknownPilot = (): WmsError =>
  new WmsError('pilot.unknown', 'The token belongs to no pilot of this installation.');

const ended = ({ stamp, status }: StoredPilot): WmsError =>
  new WmsError('pilot.ended', `The pilot is ${status}; it must stop.`, { stamp, status });
