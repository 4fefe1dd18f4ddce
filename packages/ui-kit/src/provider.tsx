/** What the kit needs once, at the root of the page. */
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { ToastProvider } from './toast.tsx';

export function UiKitProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Tooltip.Provider delayDuration={400}>
      <ToastProvider>{children}</ToastProvider>
    </Tooltip.Provider>
  );
}
