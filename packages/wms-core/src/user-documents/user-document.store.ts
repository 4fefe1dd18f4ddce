/** SQL of the documents of users. */
import { one, rows, run } from '../db/database.ts';
import type { Work } from '../db/database.ts';
import type { UserDocument } from '../use-cases.ts';

type Kind = UserDocument['kind'];

export interface StoredDocument {
  readonly kind: Kind;
  readonly name: string;
  readonly revision: number;
  /** JSON. */
  readonly body: string;
  readonly updatedAtMs: number;
}

const columns = 'kind, name, revision, body, updated_at_ms as "updatedAtMs"';

export function* listDocuments(accountId: string, kind: Kind): Work<readonly StoredDocument[]> {
  return yield* rows<StoredDocument>(
    `select ${columns} from user_documents where account_id = $1 and kind = $2 order by name`,
    [accountId, kind],
  );
}

export function* findDocument(accountId: string, kind: Kind, name: string): Work<StoredDocument | undefined> {
  return yield* one<StoredDocument>(
    `select ${columns} from user_documents where account_id = $1 and kind = $2 and name = $3`,
    [accountId, kind, name],
  );
}

export function* countDocuments(accountId: string): Work<number> {
  const found = yield* one<{ n: number }>('select count(*) as n from user_documents where account_id = $1', [
    accountId,
  ]);
  return found?.n ?? 0;
}

export function* saveDocument(accountId: string, document: StoredDocument): Work<void> {
  yield* run(
    `insert into user_documents (account_id, kind, name, revision, body, updated_at_ms) values ($1, $2, $3, $4, $5, $6)
     on conflict (account_id, kind, name) do update set revision = excluded.revision, body = excluded.body,
       updated_at_ms = excluded.updated_at_ms`,
    [accountId, document.kind, document.name, document.revision, document.body, document.updatedAtMs],
  );
}

export function* deleteDocument(accountId: string, kind: Kind, name: string): Work<void> {
  yield* run('delete from user_documents where account_id = $1 and kind = $2 and name = $3', [
    accountId,
    kind,
    name,
  ]);
}
