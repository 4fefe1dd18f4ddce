/**
 * SQL of what each log-in of an account told last: how sure its provider is, how it names the person, which FQANs. A
 * log-in is one identity provider; an account can have several. Asked by the account service and by linking.
 */
import { one, rows, run, type Work } from '../../db/database.ts';
import { isAtLeast, type AssuranceLevel } from '../assurance.ts';

export interface LogInFactsRow {
  readonly account_id: string;
  readonly issuer: string;
  readonly assurance: AssuranceLevel;
  readonly person: string;
  readonly linked_at_ms: number;
  readonly last_log_in_at_ms: number;
}

/** The oldest first. */
export const logInFactsOf = (accountId: string): Work<readonly LogInFactsRow[]> =>
  rows<LogInFactsRow>(
    `select account_id, issuer, assurance, person, linked_at_ms, last_log_in_at_ms from account_log_in_facts
     where account_id = $1 order by linked_at_ms, issuer`,
    [accountId],
  );

/** Somebody came by this log-in; what the provider is sure of is written by `writeAssurance`. */
export const noteLogIn = (accountId: string, issuer: string, person: string, atMs: number): Work<void> =>
  run(
    `insert into account_log_in_facts (account_id, issuer, assurance, person, linked_at_ms, last_log_in_at_ms)
     values ($1, $2, 'none', $3, $4, $4)
     on conflict (account_id, issuer) do update set person = excluded.person,
       last_log_in_at_ms = excluded.last_log_in_at_ms`,
    [accountId, issuer, person, atMs],
  );

const bestOf = (levels: readonly AssuranceLevel[]): AssuranceLevel =>
  levels.reduce<AssuranceLevel>((best, level) => (isAtLeast(level, best) ? level : best), 'none');

/** The account is known as well as by the best of its log-ins. */
function* keepBest(accountId: string): Work<void> {
  const best = bestOf((yield* logInFactsOf(accountId)).map(({ assurance }) => assurance));
  yield* run('update accounts set assurance = $2 where account_id = $1', [accountId, best]);
}

export function* writeAssurance(accountId: string, issuer: string, assurance: AssuranceLevel): Work<void> {
  yield* run('update account_log_in_facts set assurance = $3 where account_id = $1 and issuer = $2', [
    accountId,
    issuer,
    assurance,
  ]);
  yield* keepBest(accountId);
}

export interface ToldFqan {
  readonly account_id: string;
  readonly fqan: string;
  readonly assurance: AssuranceLevel | null;
}

const toldFqans = `select q.account_id, q.fqan, f.assurance from account_fqans q
  left join account_log_in_facts f on f.account_id = q.account_id and f.issuer = q.issuer`;

/** Of all accounts, however old. */
export const allToldFqans = (): Work<readonly ToldFqan[]> => rows<ToldFqan>(toldFqans);

/** FQANs of one account, each with the assurance of the best log-in that told it. */
export function bestTold(told: readonly ToldFqan[]): ReadonlyMap<string, AssuranceLevel> {
  const byFqan = Map.groupBy(told, ({ fqan }) => fqan);
  return new Map(
    [...byFqan].map(([fqan, by]) => [fqan, bestOf(by.map(({ assurance }) => assurance ?? 'none'))]),
  );
}

/** Seen at or after `sinceMs`. */
export const toldFqansOf = (accountId: string, sinceMs: number): Work<readonly ToldFqan[]> =>
  rows<ToldFqan>(`${toldFqans} where q.account_id = $1 and q.seen_at_ms >= $2`, [accountId, sinceMs]);

/** `none` for one that is not, or no more, the account's. */
export function* assuranceBy(accountId: string, issuer: string): Work<AssuranceLevel> {
  const row = yield* one<{ assurance: AssuranceLevel }>(
    'select assurance from account_log_in_facts where account_id = $1 and issuer = $2',
    [accountId, issuer],
  );
  return row?.assurance ?? 'none';
}

/** All that the account has from this log-in, and the log-in. */
export function* forgetLogIn(accountId: string, issuer: string): Work<void> {
  for (const table of ['account_log_ins', 'account_log_in_facts', 'account_fqans'])
    yield* run(`delete from ${table} where account_id = $1 and issuer = $2`, [accountId, issuer]);
  yield* keepBest(accountId);
}
