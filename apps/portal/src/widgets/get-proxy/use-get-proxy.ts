/**
 * One click for a proxy without a certificate: asks for it and tells how it went. Where the provider wants a log-in of its
 * own first, the page goes there, and asks when it is back.
 */
import { useQuery } from '@tanstack/react-query';
import { useToasts, type Toasts } from '@wm/ui-kit';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useEffect, useState } from 'react';
import { proxyStatusQuery, type ProxyStatus } from '../../server-state/launchpad.ts';
import { issueProxy, readProxiesAgain } from '../../server-state/proxies.ts';
import { logInForProxy, takeProxyErrand } from '../../session/log-in.ts';
import { lifeText } from './proxy-words.ts';

export type ProxyProvider = NonNullable<ProxyStatus['provider']>;

/** Who gives proxies here; undefined = nobody. Asks only when nobody asked before: it seldom changes. */
export const useProxyProvider = (): ProxyProvider | undefined =>
  useQuery({ ...proxyStatusQuery, refetchOnMount: false }).data?.provider ?? undefined;

async function getProxy(toasts: Toasts): Promise<void> {
  try {
    const { validUntil } = await issueProxy();
    toasts.show({ text: `You have a proxy for ${lifeText(validUntil, Date.now())}`, icon: 'key' });
  } catch (error) {
    const isExpected = isWmsError(error);
    const text = isExpected ? error.message : 'The proxy could not be had because of a fault in this page.';
    const needsLogIn = isExpected && error.details['reason'] === 'NEEDS_LOG_IN';
    toasts.show({
      text,
      tone: 'error',
      ...(needsLogIn && { action: { label: 'Log in there', onAct: logInForProxy } }),
    });
    await readProxiesAgain();
  }
}

export function useGetProxy(): { readonly isBusy: boolean; readonly get: (provider: ProxyProvider) => void } {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  return {
    isBusy,
    get({ needsLogIn }) {
      setIsBusy(true);
      // Stays busy: the page goes away.
      if (needsLogIn) logInForProxy();
      else void getProxy(toasts).finally(() => setIsBusy(false));
    },
  };
}

/** Back from the log-in that was wanted first: what was begun with a click is done without another one. */
export function useProxyErrand(): void {
  const toasts = useToasts();
  useEffect(() => {
    if (takeProxyErrand()) void getProxy(toasts);
  }, [toasts]);
}
