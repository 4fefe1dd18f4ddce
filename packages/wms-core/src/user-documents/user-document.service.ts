/**
 * Layouts, notes and settings of a user, kept on the server so that every browser has them. Each belongs to one
 * account, whatever its groups; a revision tells two windows that write the same document apart.
 */
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { UserDocument, UserDocumentUseCases } from '../use-cases.ts';
import {
  countDocuments,
  deleteDocument,
  findDocument,
  listDocuments,
  saveDocument,
} from './user-document.store.ts';
import type { StoredDocument } from './user-document.store.ts';

export interface UserDocumentDeps {
  readonly database: Database;
  readonly clock: Clock;
}

const mostBytes = 262_144;
const mostNameLength = 128;
const mostDocuments = 1000;

export const createUserDocumentService = ({ database, clock }: UserDocumentDeps): UserDocumentUseCases => ({
  list: async ({ accountId }, kind) =>
    (await database.read(() => listDocuments(accountId, kind))).map(opened),

  get: async ({ accountId }, kind, name) => {
    const found = await database.read(() => findDocument(accountId, kind, name));
    return found === undefined ? undefined : opened(found);
  },

  put: async ({ accountId }, kind, name, revision, body) => {
    const text = checked(name, body);
    return await database.write(function* () {
      const before = yield* findDocument(accountId, kind, name);
      if ((before?.revision ?? 0) !== revision) throw changedMeanwhile(name, before?.revision ?? 0);
      if (before === undefined && (yield* countDocuments(accountId)) >= mostDocuments) {
        throw new WmsError('input.too-large', `You have ${mostDocuments} documents; delete one first.`, {
          field: 'name',
        });
      }
      const document: StoredDocument = {
        kind,
        name,
        revision: revision + 1,
        body: text,
        updatedAtMs: clock.nowMs(),
      };
      yield* saveDocument(accountId, document);
      return opened(document);
    });
  },

  remove: ({ accountId }, kind, name) => database.write(() => deleteDocument(accountId, kind, name)),
});

const opened = (stored: StoredDocument): UserDocument => ({
  ...stored,
  body: JSON.parse(stored.body) as unknown,
});

const checked = (name: string, body: unknown): string => {
  if (name === '' || name.length > mostNameLength) {
    throw new WmsError('input.invalid', `name must have 1 to ${mostNameLength} characters.`, {
      field: 'name',
    });
  }
  const text: string | undefined = JSON.stringify(body);
  if (text === undefined) throw new WmsError('input.invalid', 'body must be JSON.', { field: 'body' });
  if (Buffer.byteLength(text) > mostBytes) {
    throw new WmsError('input.too-large', `body must be at most ${mostBytes} bytes of JSON.`, {
      field: 'body',
    });
  }
  return text;
};

const changedMeanwhile = (name: string, revision: number): WmsError =>
  new WmsError('conflict', `${name} was changed in another window meanwhile; load it again.`, {
    name,
    revision,
  });
