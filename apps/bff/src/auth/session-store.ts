/**
 * Sessions in the core's database, as a Store of express-session. Decides which sessions are alive: idle and
 * absolute end, log-out. Rows are found by the SHA-256 of the id.
 */
import { callbackify } from 'node:util';
import { Store, type SessionData } from 'express-session';
import { one, rows, run, type Database, type Work } from '@wm/wms-core/database';
import type { Clock } from '@wm/wms-core/clock';
import type { CertificateSerial } from '@wm/wms-core/vocabulary';
import { certificatesInUse, type FoundSession } from './opened-by.store.ts';
import { hashOfSessionId, pendingLoginMs, type SignedIn } from './session.ts';

export interface SessionLimits {
  readonly sessionIdleS: number;
  readonly sessionAbsoluteS: number;
  readonly sessionsPerAccount: number;
}

export interface SessionTimes {
  readonly idleEndsAtMs: number;
  readonly absoluteEndsAtMs: number;
}

/** A living session as its owner sees it. */
export interface ListedSession extends SessionTimes {
  /** Opens nothing. */
  readonly sessionHash: string;
  readonly createdAtMs: number;
  readonly lastActiveAtMs: number;
  readonly loginWay: SignedIn['loginWay'];
  /** Of the log-in that opened it. */
  readonly logInIssuer: string | undefined;
  readonly address: string;
  readonly agent: string;
}

interface SessionRow {
  readonly created_at_ms: number;
  readonly last_active_at_ms: number;
  readonly account_id: string | null;
  readonly data: string;
}

type Callback<T> = (error: unknown, value?: T) => void;

/** Activity is written at most so often; a session may therefore end this much early. */
const activityGrainMs = 5_000;
/** Ended rows stay this long, so that a request still under way cannot bring them back. */
const keepEndedMs = 3_600_000;

function* markEnded(sessions: readonly Pick<FoundSession, 'id_hash'>[], nowMs: number): Work<void> {
  for (const { id_hash } of sessions)
    yield* run(
      `update sessions set ended_at_ms = $1, data = '{}' where id_hash = $2 and ended_at_ms is null`,
      [nowMs, id_hash],
    );
}

/** express-session speaks in callbacks. */
function answer<T>(work: Promise<T>, callback: Callback<T> = () => undefined): void {
  callbackify(() => work)(callback);
}

export class SessionStore extends Store {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  readonly #endListeners = new Set<(sessionHash: string) => void>();

  constructor(database: Database, clock: Clock, limits: SessionLimits) {
    super();
    this.#database = database;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Live streams hang here: called with the hash of a session that was ended by this process. */
  onEnd(listener: (sessionHash: string) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  override get(sessionId: string, callback: Callback<SessionData | null>): void {
    answer(
      this.#alive(hashOfSessionId(sessionId)).then((row) =>
        row === undefined ? null : (JSON.parse(row.data) as SessionData),
      ),
      callback,
    );
  }

  override set(sessionId: string, data: SessionData, callback?: (error?: unknown) => void): void {
    const nowMs = this.#clock.nowMs();
    const since = data.signedIn?.sinceMs ?? nowMs;
    const params = [
      hashOfSessionId(sessionId),
      data.signedIn?.accountId ?? null,
      since,
      nowMs,
      JSON.stringify(data),
      data.signedIn?.provider?.issuer ?? null,
      data.signedIn?.provider?.subject ?? null,
      data.signedIn?.provider?.sid ?? null,
      data.signedIn?.certificate?.issuerKey ?? null,
      data.signedIn?.certificate?.serialHex ?? null,
    ];
    const work = function* (): Work<void> {
      // The condition keeps a request that was under way during log-out from bringing the session back.
      yield* run(
        `insert into sessions
           (id_hash, account_id, created_at_ms, last_active_at_ms, data, issuer, subject, provider_sid,
            certificate_issuer, certificate_serial)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (id_hash) do update set account_id = excluded.account_id, data = excluded.data,
           issuer = excluded.issuer, subject = excluded.subject, provider_sid = excluded.provider_sid,
           certificate_issuer = excluded.certificate_issuer, certificate_serial = excluded.certificate_serial
         where sessions.ended_at_ms is null`,
        params,
      );
    };
    answer(this.#database.write(work), callback);
  }

  /** Activity is recorded by `recordActivity` on purpose, not by every request. */
  override touch(_sessionId: string, _data: SessionData, callback?: () => void): void {
    callback?.();
  }

  override destroy(sessionId: string, callback?: (error?: unknown) => void): void {
    answer(this.#end([hashOfSessionId(sessionId)]), callback);
  }

  /** Something the user did: the idle time starts again. */
  async recordActivity(sessionId: string): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const idHash = hashOfSessionId(sessionId);
    const before = await this.#row(idHash);
    if (before === undefined || nowMs - before.last_active_at_ms < activityGrainMs) return;
    await this.#database.write(function* (): Work<void> {
      yield* run('update sessions set last_active_at_ms = $1 where id_hash = $2', [nowMs, idHash]);
    });
  }

  /** When the session ends; undefined when it has. */
  async times(sessionHash: string): Promise<SessionTimes | undefined> {
    const row = await this.#alive(sessionHash);
    return row === undefined ? undefined : this.#timesOf(row);
  }

  /** The living sessions of an account, the one used last first. */
  async listOf(accountId: string): Promise<readonly ListedSession[]> {
    const nowMs = this.#clock.nowMs();
    const found = await this.#database.read(() =>
      rows<SessionRow & { readonly id_hash: string }>(
        `select id_hash, created_at_ms, last_active_at_ms, account_id, data from sessions
         where account_id = $1 and ended_at_ms is null order by last_active_at_ms desc, id_hash`,
        [accountId],
      ),
    );
    return found.flatMap((row) => {
      const times = this.#timesOf(row);
      const { signedIn } = JSON.parse(row.data) as SessionData;
      if (nowMs >= times.idleEndsAtMs || signedIn === undefined) return [];
      return [
        {
          sessionHash: row.id_hash,
          createdAtMs: row.created_at_ms,
          lastActiveAtMs: row.last_active_at_ms,
          ...times,
          loginWay: signedIn.loginWay,
          logInIssuer: signedIn.provider?.linkedAs,
          address: signedIn.address,
          agent: signedIn.agent,
        },
      ];
    });
  }

  /** Ends sessions of an account; those of others stay. Answers how many. */
  async endOf(accountId: string, isMeant: (session: ListedSession) => boolean): Promise<number> {
    const meant = (await this.listOf(accountId)).filter(isMeant);
    if (meant.length > 0) await this.#end(meant.map(({ sessionHash }) => sessionHash));
    return meant.length;
  }

  /** Ends the sessions that are found, in one transaction. Answers whose they were, one account for each session. */
  async endFound(find: () => Work<readonly FoundSession[]>): Promise<readonly string[]> {
    const nowMs = this.#clock.nowMs();
    const found = await this.#database.write(function* (): Work<readonly FoundSession[]> {
      const meant = yield* find();
      yield* markEnded(meant, nowMs);
      return meant;
    });
    this.#tellEnded(found);
    return found.map(({ account_id }) => account_id);
  }

  /** Certificates that sessions were opened with which may still be alive. */
  certificatesInUse(): Promise<readonly CertificateSerial[]> {
    return this.#database.readHeavy(() => certificatesInUse());
  }

  /** Ends the oldest sessions of an account beyond the allowed number, and forgets what is long over. */
  async prune(accountId: string): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const { sessionsPerAccount, sessionAbsoluteS } = this.#limits;
    const surplus = await this.#database.write(function* (): Work<readonly string[]> {
      yield* run(
        `delete from sessions where ended_at_ms < $1 or created_at_ms < $2
           or (account_id is null and created_at_ms < $3)`,
        [nowMs - keepEndedMs, nowMs - sessionAbsoluteS * 1000, nowMs - pendingLoginMs],
      );
      const open = yield* rows<{ id_hash: string }>(
        `select id_hash from sessions where account_id = $1 and ended_at_ms is null
         order by created_at_ms desc, id_hash`,
        [accountId],
      );
      return open.slice(sessionsPerAccount).map(({ id_hash }) => id_hash);
    });
    if (surplus.length > 0) await this.#end(surplus);
  }

  /** Sessions of people that have not ended, by log-out or by time. */
  async countAlive(): Promise<number> {
    const { sessionIdleS, sessionAbsoluteS } = this.#limits;
    const nowMs = this.#clock.nowMs();
    const row = await this.#database.readHeavy(() =>
      one<{ alive: number }>(
        `select count(*) as alive from sessions where account_id is not null and ended_at_ms is null
           and last_active_at_ms > $1 and created_at_ms > $2`,
        [nowMs - sessionIdleS * 1000, nowMs - sessionAbsoluteS * 1000],
      ),
    );
    return row?.alive ?? 0;
  }

  async #end(hashes: readonly string[]): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const ended = hashes.map((id_hash) => ({ id_hash }));
    await this.#database.write(() => markEnded(ended, nowMs));
    this.#tellEnded(ended);
  }

  #tellEnded(ended: readonly Pick<FoundSession, 'id_hash'>[]): void {
    for (const { id_hash } of ended) for (const listener of this.#endListeners) listener(id_hash);
  }

  #row(idHash: string): Promise<SessionRow | undefined> {
    return this.#database.read(() =>
      one<SessionRow>(
        `select created_at_ms, last_active_at_ms, account_id, data from sessions
         where id_hash = $1 and ended_at_ms is null`,
        [idHash],
      ),
    );
  }

  async #alive(idHash: string): Promise<SessionRow | undefined> {
    const row = await this.#row(idHash);
    if (row === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    const { idleEndsAtMs, absoluteEndsAtMs } = this.#timesOf(row);
    return nowMs < idleEndsAtMs && nowMs < absoluteEndsAtMs ? row : undefined;
  }

  #timesOf(row: SessionRow): SessionTimes {
    const absoluteEndsAtMs = row.created_at_ms + this.#limits.sessionAbsoluteS * 1000;
    const idleMs = row.account_id === null ? pendingLoginMs : this.#limits.sessionIdleS * 1000;
    return { absoluteEndsAtMs, idleEndsAtMs: Math.min(row.last_active_at_ms + idleMs, absoluteEndsAtMs) };
  }
}
