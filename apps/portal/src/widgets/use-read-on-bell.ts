/** Reads an answer again when the bell rings for its noun, not oftener than asked; for what is dear to count. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { onLiveEvent } from '../server-state/live.ts';
import { browserTimers, throttled } from './grid-application/live-rows.ts';

/** `queryKey` is a constant; after a gap everything is read again anyway. */
export function useReadOnBell(noun: 'jobs' | 'pilots', queryKey: readonly string[], everyMs: number): void {
  const client = useQueryClient();
  useEffect(() => {
    const reading = throttled(() => void client.invalidateQueries({ queryKey }), everyMs, browserTimers);
    const stopListening = onLiveEvent((event) => {
      if (event.type === 'changed' && event[noun].length > 0) reading.ring();
    });
    return () => {
      stopListening();
      reading.stop();
    };
  }, [client, everyMs, noun, queryKey]);
}
