/** Light, dark or as the system says; kept in this browser. */
import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark' | 'system';

const key = 'wm.theme';
const listeners = new Set<() => void>();
const readTheme = (): Theme => {
  const stored = localStorage.getItem(key);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
};
let theme: Theme = readTheme();

/** Before the first paint, and on every change. */
export function applyTheme(next: Theme = theme): void {
  theme = next;
  const root = document.documentElement;
  if (next === 'system') {
    localStorage.removeItem(key);
    delete root.dataset['theme'];
  } else {
    localStorage.setItem(key, next);
    root.dataset['theme'] = next;
  }
  for (const listener of listeners) listener();
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
