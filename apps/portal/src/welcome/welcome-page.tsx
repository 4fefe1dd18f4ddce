/** The page for visitors, and for everybody who asks for it again: what this is, how to begin, how to log in. */
import { useQuery } from '@tanstack/react-query';
import { Button, ErrorBox, Icon, Skeleton, StatusIcon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { Brand } from '../desktop/brand.tsx';
import { ThemeMenu } from '../desktop/theme-menu.tsx';
import { useSession } from '../server-state/me.ts';
import { welcomeQuery, type Welcome } from '../server-state/welcome.ts';
import { DemoMaterial } from './demo-material.tsx';
import { LogInCard } from './log-in-card.tsx';
import './welcome.css';

const steps: readonly ReactNode[] = [
  'Log in and choose your VO in the bar at the top',
  <>
    Open <b>Tools › Proxy Upload</b> if your VO needs a proxy
  </>,
  <>
    Open <b>Tools › Job Launchpad</b>, pick Helloworld, Submit
  </>,
  <>
    Open <b>Applications › Job Monitor</b> and get the output files
  </>,
];

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="sect">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function DemoBanner(): ReactNode {
  return (
    <section className="banner" aria-label="Demonstration">
      <StatusIcon family="warning" shape="alert" />
      <span>
        <b>Demonstration.</b> Check-in is a local stand-in with demo users. Do not use real credentials; data
        may be wiped.
      </span>
    </section>
  );
}

function WelcomeBody({
  welcome,
  onDismiss,
}: {
  readonly welcome: Welcome;
  readonly onDismiss: (() => void) | undefined;
}): ReactNode {
  const { phase } = useSession();
  const isSignedIn = phase === 'signedIn' || phase === 'expired';
  return (
    <main className="wrap" id="welcome">
      <div>
        <h1>Welcome to the {welcome.name}</h1>
        <p className="lead">{welcome.welcome}</p>
        <Section title="Your first job">
          <ol className="first rows">
            {steps.map((step, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- steps are their number
              <li key={index}>
                <span>{step}</span>
              </li>
            ))}
          </ol>
        </Section>
        {welcome.links.length > 0 && (
          <Section title="Documentation">
            <ul className="docs rows">
              {welcome.links.map((link) => (
                <li key={link.url}>
                  <a href={link.url} target="_blank" rel="noreferrer">
                    <Icon name="book" />
                    {link.label}
                    <Icon name="external" small />
                  </a>
                </li>
              ))}
            </ul>
          </Section>
        )}
        {welcome.demo && <DemoMaterial demo={welcome.demo} />}
      </div>
      {isSignedIn ? (
        <aside className="card" aria-label="Session">
          <div className="pad">
            <h2>You are logged in</h2>
            <p className="soft">This page is under Menu › Welcome page whenever you want it again.</p>
            {onDismiss && (
              <Button look="primary" big onClick={onDismiss}>
                Go to the desktop
              </Button>
            )}
          </div>
        </aside>
      ) : (
        <LogInCard welcome={welcome} />
      )}
    </main>
  );
}

export interface WelcomePageProps {
  /** Back to the desktop; missing for visitors. */
  readonly onDismiss?: () => void;
  /** Shown above everything: why the last log-in did not work. */
  readonly notice?: ReactNode;
}

export function WelcomePage({ onDismiss, notice }: WelcomePageProps): ReactNode {
  const query = useQuery(welcomeQuery);
  const welcome = query.data;
  const guide = welcome?.links[0];
  return (
    <div className="welcome">
      <a className="skip-link" href="#welcome">
        Skip to the content
      </a>
      <header className="top">
        <Brand name={welcome?.name ?? 'Workload Manager'} />
        <span className="grow" />
        {guide && (
          <a className="btn quiet" href={guide.url} target="_blank" rel="noreferrer">
            {guide.label}
          </a>
        )}
        <ThemeMenu />
        {onDismiss && (
          <Button icon="close" onClick={onDismiss}>
            Close
          </Button>
        )}
      </header>
      {welcome?.demo && <DemoBanner />}
      {notice}
      {welcome ? (
        <WelcomeBody welcome={welcome} onDismiss={onDismiss} />
      ) : query.error ? (
        <main className="wrap" id="welcome">
          <ErrorBox title="The server cannot be reached" onRetry={() => void query.refetch()}>
            {query.error.message}
          </ErrorBox>
        </main>
      ) : (
        <main className="wrap" id="welcome">
          <Skeleton label="Reading the welcome page" />
        </main>
      )}
      <footer className="bottom">
        <span>
          {welcome?.name ?? 'Workload Manager'} {welcome?.version}
        </span>
        {welcome?.supportEmail && <a href={`mailto:${welcome.supportEmail}`}>Ask for help</a>}
      </footer>
    </div>
  );
}
