/**
 * For somebody who is logged in and in no group: why (no VO knows him, or his is suspended), whom he can ask, what became of it, and how else
 * to get in. Once a request is granted the desktop takes its place by itself.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, EmptyState, FactList, Icon, Notice } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { Brand } from '../desktop/brand.tsx';
import { ThemeMenu } from '../desktop/theme-menu.tsx';
import { logOut, useMe } from '../server-state/me.ts';
import { ownSuspensionsQuery, type OwnSuspension } from '../server-state/membership.ts';
import { welcomeQuery, type Welcome } from '../server-state/welcome.ts';
import { AskForMembership } from '../widgets/membership/ask-for-membership.tsx';
import { OwnRequests } from '../widgets/membership/own-requests.tsx';
import '../welcome/welcome.css';
import './newcomer.css';

function Person(): ReactNode {
  const me = useMe();
  return (
    <div className="pad">
      <h2>You are logged in</h2>
      <FactList
        facts={[
          { name: 'Name', value: me.displayName },
          { name: 'User name', value: me.userName },
          { name: 'E-mail', value: me.email ?? 'not known' },
        ]}
      />
      <Button big icon="log-out" onClick={() => void logOut()}>
        Log out
      </Button>
    </div>
  );
}

interface OtherWaysProps {
  readonly welcome: Welcome | undefined;
  readonly isSuspended: boolean;
}

function OtherWays({ welcome, isSuspended }: OtherWaysProps): ReactNode {
  const providers = (welcome?.logins ?? []).filter(({ way }) => way === 'checkin').map(({ label }) => label);
  return (
    <div className="pad">
      <h2>{isSuspended ? 'Questions' : 'Other ways in'}</h2>
      {!isSuspended && (
        <p className="soft">
          <b>Your VO is not in the list?</b> Its managers can make you a member at{' '}
          {providers.join(' or ') || 'your identity provider'} (a group that becomes an entitlement of your
          log-in). Log out and in again afterwards: entitlements are read at the log-in.
        </p>
      )}
      {welcome?.supportEmail ? (
        <p>
          <a href={`mailto:${welcome.supportEmail}`}>
            Ask {welcome.supportEmail} <Icon name="external" small />
          </a>
        </p>
      ) : (
        <p className="soft">{isSuspended ? 'Ask' : 'Or ask'} the people who run this service.</p>
      )}
    </div>
  );
}

function Unknown({ name }: { readonly name: string }): ReactNode {
  return (
    <>
      <h1>No VO knows you yet, {name}</h1>
      <p className="lead">
        Jobs run for virtual organisations (VOs), and you are in no group of any. Ask the managers of one
        below. They see your request in their Registry Manager; as soon as one of them grants it, this page
        becomes your desktop.
      </p>
    </>
  );
}

interface SuspendedProps {
  readonly name: string;
  readonly suspensions: readonly OwnSuspension[];
  readonly supportEmail: string | null | undefined;
}

function Suspended({ name, suspensions, supportEmail }: SuspendedProps): ReactNode {
  return (
    <>
      <h1>Your membership is suspended, {name}</h1>
      {suspensions.map(({ vo, reason, by }) => (
        <Notice key={vo} tone="warn">
          <b>{vo}</b> suspended you{by !== null && ` (${by})`}
          {reason === '' ? '.' : `: ${reason}`}
        </Notice>
      ))}
      <p className="lead">
        Your jobs and files are kept. To have the suspension lifted, write to the managers of{' '}
        {suspensions.map(({ vo }) => vo).join(', ')}
        {supportEmail ? (
          <>
            {' '}
            by way of <a href={`mailto:${supportEmail}`}>{supportEmail}</a>
          </>
        ) : null}
        . As soon as it is, this page becomes your desktop.
      </p>
    </>
  );
}

/** Nobody can be asked: a suspended person must not read that his own VO takes no requests. */
const nobodyToAsk = (isSuspended: boolean): ReactNode =>
  isSuspended ? (
    <p className="soft">No other VO takes requests here, and a suspension is not lifted by asking anew.</p>
  ) : (
    <EmptyState icon="users" title="No VO takes requests here">
      Membership comes from your identity provider: see Other ways in.
    </EmptyState>
  );

export function NewcomerPage(): ReactNode {
  const me = useMe();
  const { data: suspensions = [] } = useQuery(ownSuspensionsQuery);
  const { data: welcome } = useQuery(welcomeQuery);
  const name = welcome?.name ?? 'Workload Manager';
  const isSuspended = suspensions.length > 0;
  return (
    <div className="welcome newcomer">
      <a className="skip-link" href="#newcomer">
        Skip to the content
      </a>
      <header className="top">
        <Brand name={name} />
        <span className="grow" />
        <ThemeMenu />
      </header>
      <main className="wrap" id="newcomer">
        <div>
          {isSuspended ? (
            <Suspended name={me.displayName} suspensions={suspensions} supportEmail={welcome?.supportEmail} />
          ) : (
            <Unknown name={me.displayName} />
          )}
          <section className="sect">
            <h2>{isSuspended ? 'Ask another VO' : 'Ask to become a member'}</h2>
            <AskForMembership empty={nobodyToAsk(isSuspended)} />
          </section>
          <section className="sect">
            <h2>Your requests</h2>
            <OwnRequests empty="You have asked nobody yet." />
          </section>
        </div>
        <aside className="card" aria-label="Your log-in">
          <Person />
          <OtherWays welcome={welcome} isSuspended={isSuspended} />
        </aside>
      </main>
      <footer className="bottom">
        <span>
          {name} {welcome?.version}
        </span>
      </footer>
    </div>
  );
}
