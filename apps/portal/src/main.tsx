/** Start of the portal. */
import { QueryClientProvider } from '@tanstack/react-query';
import { ErrorBoundary, ErrorBox, UiKitProvider, styleNonce } from '@wm/ui-kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { applyTheme } from './desktop/theme.ts';
import { startLive } from './server-state/live.ts';
import { queryClient } from './server-state/query-client.ts';
import { finishLogInWindow } from './session/log-in.ts';
import { watchPresence } from './session/presence.ts';
import './styles/app.css';

// Libraries that add style elements at run time look for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
applyTheme();
finishLogInWindow();
watchPresence();
startLive();

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary
        fallback={(error) => (
          <ErrorBox
            title="The portal ran into an error"
            onRetry={() => location.reload()}
            retryLabel="Reload the page"
          >
            {error instanceof Error ? error.message : 'Unknown error.'} Your layout is saved.
          </ErrorBox>
        )}
      >
        <QueryClientProvider client={queryClient}>
          <UiKitProvider>
            <App />
          </UiKitProvider>
        </QueryClientProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
