/** How much room there is: tiles and tabs, tabs only, or a phone. */
import { useSyncExternalStore } from 'react';

export type Width = 'wide' | 'medium' | 'phone';

const phone = matchMedia('(max-width: 767px)');
const medium = matchMedia('(max-width: 1023px)');

export const useWidth = (): Width =>
  useSyncExternalStore(
    (listener) => {
      phone.addEventListener('change', listener);
      medium.addEventListener('change', listener);
      return () => {
        phone.removeEventListener('change', listener);
        medium.removeEventListener('change', listener);
      };
    },
    () => (phone.matches ? 'phone' : medium.matches ? 'medium' : 'wide'),
  );
