/** The user's own documents on the server: layouts, notes, settings. Revisions guard against overwriting. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';

export type DocumentKind = 'layout' | 'note' | 'settings';
export type UserDocument = AnswerOf<Routes['GET /bff/documents/:kind']>['documents'][number];

export const documentsQuery = (kind: DocumentKind) =>
  queryOptions({
    queryKey: ['documents', kind],
    queryFn: ({ signal }) => readDocuments(kind, signal),
  });

export async function readDocuments(
  kind: DocumentKind,
  signal?: AbortSignal,
): Promise<readonly UserDocument[]> {
  const { documents } = await api.call('GET /bff/documents/:kind', { params: { kind } }, { signal });
  return documents;
}

/** `revision` is the one last read, 0 for a new document. Throws `conflict` when another one was written since. */
export const putDocument = (
  kind: DocumentKind,
  name: string,
  revision: number,
  body: unknown,
): Promise<UserDocument> =>
  api.call('PUT /bff/documents/:kind/:name', { params: { kind, name }, body: { revision, body } });

export async function removeDocument(kind: DocumentKind, name: string): Promise<void> {
  await api.call('DELETE /bff/documents/:kind/:name', { params: { kind, name } });
}
