/** Notepad: short texts kept on the server. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type NotepadState } from './notepad-state.ts';

export const notepad: ApplicationDescriptor<NotepadState> = {
  id: 'notepad',
  title: 'Notepad',
  menu: 'Tools',
  icon: 'note',
  component: async () => ({ default: (await import('./notepad.tsx')).Notepad }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
};
