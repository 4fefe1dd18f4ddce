/**
 * The page on which a person lets a terminal or another portal act for him. He sees the code again, so that nobody
 * approves what somebody else began (credentials.md §12).
 */
import { useQuery } from '@tanstack/react-query';
import { Button, ErrorBox, Notice, Skeleton } from '@wm/ui-kit';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useState, type ReactNode } from 'react';
import { Brand } from '../desktop/brand.tsx';
import { ThemeMenu } from '../desktop/theme-menu.tsx';
import { authorizationQuery } from '../server-state/authorizations.ts';
import { useSession } from '../server-state/me.ts';
import { welcomeQuery } from '../server-state/welcome.ts';
import { logInWithPage } from '../session/log-in.ts';
import { CodeForm } from './code-form.tsx';
import type { DeviceAddress } from './device-address.ts';
import { LogInRefused } from './log-in-refused.tsx';
import { RequestCard, type Outcome } from './request-card.tsx';
import '../welcome/welcome.css';
import './device.css';

const outcomes: Readonly<Record<Outcome, ReactNode>> = {
  approved: (
    <Notice tone="good">
      <b>Authorization complete!</b> Authorization has been completed, now you can close this window and
      return to the terminal.
    </Notice>
  ),
  denied: (
    <Notice>
      <b>Denied.</b> The program was not let in. You can close this window.
    </Notice>
  ),
};

function Request({
  kind,
  handle,
}: {
  readonly kind: DeviceAddress['kind'];
  readonly handle: string;
}): ReactNode {
  const query = useQuery(authorizationQuery(handle));
  const [outcome, setOutcome] = useState<Outcome>();
  if (outcome !== undefined)
    return (
      <div className="pad" role="status">
        {outcomes[outcome]}
      </div>
    );
  if (query.data) return <RequestCard handle={handle} request={query.data} onDecided={setOutcome} />;
  if (query.error && kind === 'code')
    return <CodeForm fault={isWmsError(query.error) ? query.error.code : 'internal'} />;
  if (query.error) return <ErrorBox title="This log-in cannot go on">{query.error.message}</ErrorBox>;
  return <Skeleton label="Asking who wants to log in" />;
}

/** For another portal there is nothing to type. */
function LogInFirst(): ReactNode {
  return (
    <div className="pad">
      <h1>Log in first</h1>
      <p className="soft">Then you see which program asks, and decide.</p>
      <Button big look="primary" onClick={() => logInWithPage()}>
        Log in
      </Button>
    </div>
  );
}

function Card({ kind, handle, fault }: DeviceAddress): ReactNode {
  const { phase } = useSession();
  if (handle !== undefined && phase !== 'visitor') return <Request kind={kind} handle={handle} />;
  if (kind === 'code') return <CodeForm code={handle} fault={fault} />;
  return fault === undefined ? <LogInFirst /> : <LogInRefused fault={fault} />;
}

export function DevicePage({ address }: { readonly address: DeviceAddress }): ReactNode {
  const { data: welcome } = useQuery(welcomeQuery);
  return (
    <div className="welcome">
      <header className="top">
        <Brand name={welcome?.name ?? 'Workload Manager'} />
        <span className="grow" />
        <ThemeMenu />
      </header>
      <main className="device">
        <div className="card">
          <Card {...address} />
        </div>
      </main>
    </div>
  );
}
