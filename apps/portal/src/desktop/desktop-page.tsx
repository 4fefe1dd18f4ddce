/** Behind the log-in: reads the stored layout, then shows the desktop. Loaded late, so visitors do not wait. */
import { ErrorBox, Skeleton, useToasts } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import { putDocument, readDocuments } from '../server-state/documents.ts';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useProxyErrand } from '../widgets/get-proxy/use-get-proxy.ts';
import { emptyLayout, type Layout } from './desktop-layout.ts';
import { DesktopShell } from './desktop.tsx';
import { createLayoutSync, type LayoutPort } from './layout-sync.ts';
import { DesktopProvider } from './use-desktop.tsx';
import './desktop.css';

const documentName = 'current';

const port: LayoutPort = {
  read: async () => (await readDocuments('layout')).find(({ name }) => name === documentName),
  write: (revision, body) => putDocument('layout', documentName, revision, body),
};

const createSync = () =>
  createLayoutSync({
    port,
    nowMs: () => Date.now(),
    later: (run, delayMs) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });

type Loading =
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'ready'; readonly layout: Layout };

export function DesktopPage({ onWelcome }: { readonly onWelcome: () => void }): ReactNode {
  const toasts = useToasts();
  useProxyErrand();
  const [sync] = useState(createSync);
  const [loading, setLoading] = useState<Loading>({ kind: 'reading' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isGone = false;
    sync.load().then(
      (layout) => {
        if (isGone) return;
        setLoading({ kind: 'ready', layout: layout ?? emptyLayout });
        if (sync.state().kind === 'foreign')
          toasts.show({
            text: 'A newer portal wrote your layout. It is left as it is; changes here are not kept.',
          });
      },
      (error: unknown) => {
        const why = isWmsError(error) ? error.message : 'The server gave an answer that is no layout.';
        if (!isGone) setLoading({ kind: 'failed', why });
      },
    );
    return () => {
      isGone = true;
    };
  }, [attempt, sync, toasts]);

  useEffect(() => {
    const save = (): void => void sync.flush();
    window.addEventListener('pagehide', save);
    document.addEventListener('visibilitychange', save);
    return () => {
      window.removeEventListener('pagehide', save);
      document.removeEventListener('visibilitychange', save);
    };
  }, [sync]);

  if (loading.kind === 'reading') return <Skeleton label="Reading your layout" />;
  if (loading.kind === 'failed')
    return (
      <ErrorBox
        title="Your layout could not be read"
        onRetry={() => {
          setLoading({ kind: 'reading' });
          setAttempt(attempt + 1);
        }}
      >
        {loading.why}
      </ErrorBox>
    );
  return (
    <DesktopProvider initial={loading.layout} sync={sync}>
      <DesktopShell onWelcome={onWelcome} />
    </DesktopProvider>
  );
}
