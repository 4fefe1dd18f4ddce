/** A note between screen and server: what is saved, what is typed, and whether somebody else wrote meanwhile. Pure. */
export interface NoteBody {
  readonly title: string;
  readonly text: string;
}

export interface StoredNote {
  readonly name: string;
  readonly revision: number;
  readonly body: NoteBody;
  /** UTC epoch milliseconds; undefined before the first save. */
  readonly savedAtMs: number | undefined;
}

export interface NoteState {
  readonly name: string;
  /** Revision the typed text builds on; 0 = not stored yet. */
  readonly revision: number;
  readonly saved: NoteBody;
  readonly typed: NoteBody;
  readonly savedAtMs: number | undefined;
  /** What is on the server when it is not what we built on. */
  readonly theirs: StoredNote | undefined;
}

const isSame = (a: NoteBody, b: NoteBody): boolean => a.title === b.title && a.text === b.text;

/** Documents of any origin become a note; what is not text is left out. */
export function readBody(body: unknown): NoteBody {
  if (typeof body !== 'object' || body === null) return { title: '', text: '' };
  const { text, title }: Readonly<Record<string, unknown>> = { ...body };
  return { title: typeof title === 'string' ? title : '', text: typeof text === 'string' ? text : '' };
}

export const openNote = (stored: StoredNote): NoteState => ({
  name: stored.name,
  revision: stored.revision,
  saved: stored.body,
  typed: stored.body,
  savedAtMs: stored.savedAtMs,
  theirs: undefined,
});

export const newNote = (name: string): NoteState =>
  openNote({ name, revision: 0, body: { title: '', text: '' }, savedAtMs: undefined });

export const typeInto = (note: NoteState, change: Partial<NoteBody>): NoteState => ({
  ...note,
  typed: { ...note.typed, ...change },
});

/** Typing waits to be saved, and nothing stands in the way. */
export const needsSave = (note: NoteState): boolean =>
  note.theirs === undefined && !isSame(note.typed, note.saved);

/** The server took it; what was typed meanwhile stays typed. */
export const afterSave = (note: NoteState, stored: StoredNote): NoteState => ({
  ...note,
  revision: stored.revision,
  saved: stored.body,
  savedAtMs: stored.savedAtMs,
});

/** The server has another one: nothing is lost, the user decides. Equal texts are no conflict. */
export const afterConflict = (note: NoteState, theirs: StoredNote): NoteState =>
  isSame(note.typed, theirs.body) ? openNote(theirs) : { ...note, theirs };

/** News from the server while the note is open: taken over if nothing is typed. */
export function afterNews(note: NoteState, stored: StoredNote): NoteState {
  if (stored.revision <= note.revision) return note;
  return isSame(note.typed, note.saved) ? openNote(stored) : afterConflict(note, stored);
}

export const takeTheirs = (note: NoteState): NoteState => (note.theirs ? openNote(note.theirs) : note);

/** Builds on their revision, so that the next save replaces it. */
export const keepMine = (note: NoteState): NoteState =>
  note.theirs
    ? { ...note, revision: note.theirs.revision, saved: note.theirs.body, theirs: undefined }
    : note;

/** What the list shows. */
export const titleOf = ({ text, title }: NoteBody): string =>
  title.trim() ||
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim()
    .slice(0, 60) ||
  'Untitled';

/** "14:02" in the user's zone. */
export const clockText = (atMs: number): string =>
  new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
