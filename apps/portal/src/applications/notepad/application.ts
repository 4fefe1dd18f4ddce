/** Notepad: short texts kept on the server. */
import type { ApplicationDescriptor } from '../application.ts';

export interface NotepadState {
  /** Document name of the open note; null = the newest. */
  readonly selected: string | null;
}

const startState: NotepadState = { selected: null };

export const notepad: ApplicationDescriptor<NotepadState> = {
  id: 'notepad',
  title: 'Notepad',
  menu: 'Tools',
  icon: 'note',
  component: async () => ({ default: (await import('./notepad.tsx')).Notepad }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: (stored) => {
    const { selected }: Readonly<Record<string, unknown>> =
      typeof stored === 'object' && stored !== null ? { ...stored } : {};
    return { selected: typeof selected === 'string' ? selected : null };
  },
};
