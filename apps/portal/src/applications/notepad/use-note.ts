/** One open note: typing is saved by itself after a pause, one save at a time, and at the latest on closing. */
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useCallback, useEffect, useRef, useState } from 'react';
import {
  documentsQuery,
  putDocument,
  readDocuments,
  type UserDocument,
} from '../../server-state/documents.ts';
import { queryClient } from '../../server-state/query-client.ts';
import {
  afterConflict,
  afterNews,
  afterSave,
  keepMine,
  needsSave,
  newNote,
  openNote,
  readBody,
  takeTheirs,
  typeInto,
  type NoteBody,
  type NoteState,
  type StoredNote,
} from './note-state.ts';

const pauseMs = 800;
const retryMs = 5000;

export const noteOf = (document: UserDocument): StoredNote => ({
  name: document.name,
  revision: document.revision,
  body: readBody(document.body),
  savedAtMs: Date.parse(document.updatedAt),
});

/** Puts a saved note into the list that all windows show. */
function remember(document: UserDocument): void {
  queryClient.setQueryData(documentsQuery('note').queryKey, (old: readonly UserDocument[] | undefined) => [
    document,
    ...(old ?? []).filter(({ name }) => name !== document.name),
  ]);
}

async function save(note: NoteState): Promise<NoteState> {
  try {
    const document = await putDocument('note', note.name, note.revision, note.typed);
    remember(document);
    return afterSave(note, noteOf(document));
  } catch (error) {
    if (!isWmsError(error) || error.code !== 'conflict') throw error;
    const theirs = (await readDocuments('note')).find(({ name }) => name === note.name);
    // Removed elsewhere meanwhile: what is typed becomes a new document of that name.
    return theirs ? afterConflict(note, noteOf(theirs)) : { ...note, revision: 0 };
  }
}

export interface OpenNote {
  readonly note: NoteState;
  readonly isSaving: boolean;
  readonly error: unknown;
  readonly type: (change: Partial<NoteBody>) => void;
  readonly takeTheirs: () => void;
  readonly keepMine: () => void;
  /** What is not saved yet is given up: the note is about to be removed. */
  readonly discard: () => void;
}

/** `stored` undefined: a note that is new. Mount anew for another name. */
export function useNote(name: string, stored: StoredNote | undefined): OpenNote {
  const [note, setNote] = useState(() => (stored ? openNote(stored) : newNote(name)));
  const [isSaving, setIsSaving] = useState(false);
  const [error, setError] = useState<unknown>();
  const latest = useRef(note);
  const isDiscarded = useRef(false);
  useEffect(() => {
    latest.current = note;
  }, [note]);
  const [seenRevision, setSeenRevision] = useState(stored?.revision);
  if (stored && stored.revision !== seenRevision) {
    setSeenRevision(stored.revision);
    setNote(afterNews(note, stored));
  }

  useEffect(() => {
    if (isSaving || !needsSave(note)) return undefined;
    const saveNow = async (): Promise<void> => {
      const sent = latest.current;
      setIsSaving(true);
      try {
        const result = await save(sent);
        setError(undefined);
        // Typing went on while the note was saved: keep the newer words.
        setNote((old) => (old.typed === sent.typed ? result : { ...result, typed: old.typed }));
      } catch (failure) {
        setError(failure);
      } finally {
        setIsSaving(false);
      }
    };
    const timer = setTimeout(() => void saveNow(), error === undefined ? pauseMs : retryMs);
    return () => clearTimeout(timer);
  }, [note, isSaving, error]);

  useEffect(
    () => () => {
      if (!isDiscarded.current && needsSave(latest.current)) save(latest.current).catch(() => undefined);
    },
    [],
  );

  return {
    note,
    isSaving,
    error,
    type: useCallback((change: Partial<NoteBody>) => setNote((old) => typeInto(old, change)), []),
    takeTheirs: useCallback(() => setNote(takeTheirs), []),
    keepMine: useCallback(() => setNote(keepMine), []),
    discard: useCallback(() => {
      isDiscarded.current = true;
    }, []),
  };
}
