/** SQL of what membership services told. Compared with certificates and log-ins of accounts when somebody asks. */
import { one, rows, run, type Work } from '../../db/database.ts';
import type { ServiceMember } from './service-member.ts';

export interface MemberSyncRow {
  readonly vo: string;
  readonly source: string;
  readonly members: number;
  readonly synced_at_ms: number | null;
  readonly tried_at_ms: number;
  readonly failure: string | null;
}

interface Entry {
  readonly vo: string;
  readonly identity: string;
  readonly fqan: string;
}

const separator = '\n';

const identitiesOf = `select account_id, issuer_dn || $1 || subject_dn as identity from account_certificates
   union select account_id, issuer || $1 || subject as identity from account_log_ins where claim = 'sub'`;

/** FQANs by VO. */
export type SyncedFqans = ReadonlyMap<string, ReadonlySet<string>>;

const byVo = (found: readonly { readonly vo: string; readonly fqan: string }[]): SyncedFqans => {
  const grouped = new Map<string, Set<string>>();
  for (const { vo, fqan } of found) grouped.set(vo, (grouped.get(vo) ?? new Set()).add(fqan));
  return grouped;
};

export function* syncedFqansOf(accountId: string): Work<SyncedFqans> {
  return byVo(
    yield* rows<Entry>(
      `select m.vo, m.fqan from service_members m
       join (select issuer_dn || $1 || subject_dn as identity from account_certificates where account_id = $2
         union select issuer || $1 || subject as identity from account_log_ins
           where account_id = $2 and claim = 'sub') i on i.identity = m.identity`,
      [separator, accountId],
    ),
  );
}

/** Of all accounts, for the list of members. */
export const allSyncedFqans = (): Work<
  readonly { readonly account_id: string; readonly vo: string; readonly fqan: string }[]
> =>
  rows(
    `select i.account_id, m.vo, m.fqan from service_members m
     join (${identitiesOf}) i on i.identity = m.identity`,
    [separator],
  );

const keyOf = ({ identity, fqan }: Pick<Entry, 'identity' | 'fqan'>): string => `${fqan} ${identity}`;

export interface MemberChanges {
  readonly came: number;
  readonly went: number;
}

/** Writes what differs. */
export function* replaceMembers(vo: string, members: readonly ServiceMember[]): Work<MemberChanges> {
  const wanted = new Map<string, Pick<Entry, 'identity' | 'fqan'>>();
  for (const { identities, fqans } of members)
    for (const identity of identities)
      for (const fqan of fqans) wanted.set(keyOf({ identity, fqan }), { identity, fqan });
  const there = yield* rows<Entry>('select vo, identity, fqan from service_members where vo = $1', [vo]);
  let went = 0;
  for (const entry of there) {
    if (wanted.delete(keyOf(entry))) continue;
    went++;
    yield* run('delete from service_members where vo = $1 and identity = $2 and fqan = $3', [
      vo,
      entry.identity,
      entry.fqan,
    ]);
  }
  for (const { identity, fqan } of wanted.values())
    yield* run('insert into service_members (vo, identity, fqan) values ($1, $2, $3)', [vo, identity, fqan]);
  return { came: wanted.size, went };
}

export const findSync = (vo: string): Work<MemberSyncRow | undefined> =>
  one<MemberSyncRow>('select * from member_syncs where vo = $1', [vo]);

export const recordSync = (row: MemberSyncRow): Work<void> =>
  run(
    `insert into member_syncs (vo, source, members, synced_at_ms, tried_at_ms, failure)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (vo) do update set source = excluded.source, members = excluded.members,
       synced_at_ms = excluded.synced_at_ms, tried_at_ms = excluded.tried_at_ms, failure = excluded.failure`,
    [row.vo, row.source, row.members, row.synced_at_ms, row.tried_at_ms, row.failure],
  );

/** VOs that have no service any more. */
export function* forgetOtherVos(vos: ReadonlySet<string>): Work<void> {
  for (const { vo } of yield* rows<{ vo: string }>('select vo from member_syncs'))
    if (!vos.has(vo)) {
      yield* run('delete from service_members where vo = $1', [vo]);
      yield* run('delete from member_syncs where vo = $1', [vo]);
    }
}
