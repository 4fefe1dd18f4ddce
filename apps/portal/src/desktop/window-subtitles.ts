/** Words after the title in window bars. Not part of the layout: the application says them again each time. */
import { useSyncExternalStore } from 'react';

const subtitles = new Map<string, string>();
const listeners = new Set<() => void>();

export function setWindowSubtitle(windowId: string, text: string): void {
  if (subtitles.get(windowId) === text) return;
  subtitles.set(windowId, text);
  for (const listener of listeners) listener();
}

export const useWindowSubtitle = (windowId: string): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => subtitles.get(windowId) ?? '',
  );
