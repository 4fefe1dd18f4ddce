/** "Get a proxy": one click for people without a certificate, where somebody gives them. Shows nothing elsewhere. */
import { Button } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { useGetProxy, useProxyProvider } from './use-get-proxy.ts';

export function GetProxyButton(): ReactNode {
  const provider = useProxyProvider();
  const { isBusy, get } = useGetProxy();
  if (provider === undefined) return null;
  const { name, needsLogIn } = provider;
  return (
    <Button
      icon="key"
      busy={isBusy}
      title={
        needsLogIn
          ? `No certificate needed: log in at ${name}, and it gives you one for a few days`
          : `No certificate needed: ${name} gives you a proxy for a few days`
      }
      onClick={() => get(provider)}
    >
      Get a proxy
    </Button>
  );
}
