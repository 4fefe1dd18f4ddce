/** What the Notepad keeps in the layout. */
export interface NotepadState {
  /** Document name of the open note; null = the newest. */
  readonly selected: string | null;
}

export const startState: NotepadState = { selected: null };

export function readState(stored: unknown): NotepadState {
  if (typeof stored !== 'object' || stored === null) return startState;
  const { selected }: Readonly<Record<string, unknown>> = { ...stored };
  return { selected: typeof selected === 'string' ? selected : null };
}
