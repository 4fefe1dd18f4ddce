/**
 * "Get a proxy": one click for people without a certificate, where the installation has an authority of its own.
 * Shows nothing elsewhere.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, useToasts } from '@wm/ui-kit';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useState, type ReactNode } from 'react';
import { proxyStatusQuery } from '../../server-state/launchpad.ts';
import { issueProxy } from '../../server-state/proxies.ts';

const days = (validUntil: string): number => Math.round((Date.parse(validUntil) - Date.now()) / 86_400_000);

/** Whether the installation issues proxies. Asks only when nobody asked before: it does not change. */
export const useCanIssue = (): boolean =>
  useQuery({ ...proxyStatusQuery, refetchOnMount: false }).data?.canIssue === true;

export function GetProxyButton(): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  const canIssue = useCanIssue();
  if (!canIssue) return null;

  async function get(): Promise<void> {
    setIsBusy(true);
    try {
      const { validUntil } = await issueProxy();
      toasts.show({ text: `You have a proxy for ${days(validUntil)} days`, icon: 'key' });
    } catch (error) {
      const text = isWmsError(error)
        ? error.message
        : 'The proxy could not be had because of a fault in this page.';
      toasts.show({ text, tone: 'error' });
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Button
      icon="key"
      busy={isBusy}
      title="No certificate needed: this installation issues one for a few days and makes a proxy of it"
      onClick={() => void get()}
    >
      Get a proxy
    </Button>
  );
}
