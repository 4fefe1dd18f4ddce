/** Which page: a log-in elsewhere, welcome for visitors, a way in for people without a group, else the desktop. */
import { Button, ErrorBox, Notice, Skeleton, useToasts } from '@wm/ui-kit';
import { Suspense, lazy, useEffect, useRef, useState, type ReactNode } from 'react';
import { deviceAddress } from './device/device-address.ts';
import { loadMe, useMe, useSession } from './server-state/me.ts';
import { logInAndLinkCertificate, takeProxyErrand } from './session/log-in.ts';
import { SessionWatch } from './session/session-watch.tsx';
import { WelcomePage } from './welcome/welcome-page.tsx';

const DesktopPage = lazy(async () => ({ default: (await import('./desktop/desktop-page.tsx')).DesktopPage }));
const NewcomerPage = lazy(async () => ({
  default: (await import('./newcomer/newcomer-page.tsx')).NewcomerPage,
}));

const DevicePage = lazy(async () => ({ default: (await import('./device/device-page.tsx')).DevicePage }));

const loginFaults: Readonly<Record<string, string>> = {
  'access.unauthenticated': 'The log-in was not finished, took too long, or was begun in another browser.',
  'access.rate-limited': 'Too many attempts. Wait a minute, then try again.',
  'access.denied': 'Check-in says that you may not use this service.',
  'certificate.unlinked':
    'Your certificate is good, but no account here is known by it. Log in with Check-in once and link it; from then on it opens your account.',
  'service.unavailable': 'Check-in does not answer at the moment. Try again in a few minutes.',
};

const linkButton = <Button onClick={logInAndLinkCertificate}>Log in with Check-in and link it</Button>;

function LoginFault(): ReactNode {
  const [code] = useState(() => new URLSearchParams(location.search).get('login-error'));
  useEffect(() => {
    if (code !== null) history.replaceState(null, '', `/${location.hash}`);
  }, [code]);
  if (code === null) return null;
  return (
    <div className="welcome-notice">
      <Notice tone="fail" {...(code === 'certificate.unlinked' && { action: linkButton })}>
        <b>You are not logged in.</b> {loginFaults[code] ?? 'The log-in did not work. Try again.'}
      </Notice>
    </div>
  );
}

const linkFaults: Readonly<Record<string, string>> = {
  'access.unauthenticated':
    'It took too long, was cancelled, or was begun in another browser. Link it again.',
  'certificate.wrong-owner': 'It belongs to another account.',
  'service.unavailable': 'Its identity provider does not answer at the moment.',
};

const proxyFaults: Readonly<Record<string, string>> = {
  'access.unauthenticated':
    'The log-in there was cancelled, took too long, or was begun in another browser. Try again.',
  'service.unavailable':
    'It does not answer, or gives this installation no lasting access. Try again in a few minutes.',
};

/** Who is logged in and comes back with a fault wanted to link a certificate or another log-in, or to have a proxy. */
function useErrandFault(): void {
  const toasts = useToasts();
  useEffect(() => {
    const given = new URLSearchParams(location.search);
    const code = given.get('login-error');
    if (code === null) return;
    history.replaceState(null, '', `/${location.hash}`);
    const what = given.get('wanted') === 'link-log-in' ? 'log-in' : 'certificate';
    const text = takeProxyErrand()
      ? `You got no proxy. ${proxyFaults[code] ?? 'The log-in there did not work. Try again.'}`
      : `The ${what} was not linked. ${linkFaults[code] ?? 'It is not accepted here.'}`;
    toasts.show({ text, tone: 'error', durationMs: null });
  }, [toasts]);
}

/** Says why the page changed its group by itself. */
function useLostGroup(group: string | undefined): void {
  const toasts = useToasts();
  const { memberships } = useMe();
  const before = useRef(group);
  useEffect(() => {
    const lost = before.current;
    before.current = group;
    if (lost === undefined || lost === group || memberships.some((one) => one.group === lost)) return;
    const then = group === undefined ? '' : ` You act in ${group} now.`;
    toasts.show({ text: `You are no longer a member of ${lost}.${then}`, durationMs: null });
  }, [group, memberships, toasts]);
}

function SignedInPage(): ReactNode {
  useErrandFault();
  const { group } = useSession();
  useLostGroup(group);
  const [isWelcome, setIsWelcome] = useState(false);
  if (group === undefined)
    return (
      <Suspense fallback={<Skeleton label="Loading" />}>
        <NewcomerPage />
      </Suspense>
    );
  return (
    <>
      {isWelcome && <WelcomePage onDismiss={() => setIsWelcome(false)} />}
      {/* The desktop stays behind the welcome page, so that nothing in its windows is lost. */}
      <div className="desktop-root" hidden={isWelcome}>
        <Suspense fallback={<Skeleton label="Loading the desktop" />}>
          <DesktopPage onWelcome={() => setIsWelcome(true)} />
        </Suspense>
      </div>
    </>
  );
}

export function App(): ReactNode {
  const { phase } = useSession();
  const [fault, setFault] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    loadMe().then(
      () => setFault(undefined),
      (error: unknown) => setFault(error instanceof Error ? error.message : 'The server cannot be reached.'),
    );
  }, [attempt]);

  if (phase === 'starting')
    return fault === undefined ? (
      <Skeleton label="Loading" lines={3} />
    ) : (
      <main className="start-fault">
        <ErrorBox title="The portal cannot start" onRetry={() => setAttempt(attempt + 1)}>
          {fault}
        </ErrorBox>
      </main>
    );
  const address = deviceAddress(location.pathname, location.search);
  if (address !== undefined)
    return (
      <>
        <Suspense fallback={<Skeleton label="Loading" />}>
          <DevicePage address={address} />
        </Suspense>
        {phase !== 'visitor' && <SessionWatch />}
      </>
    );
  if (phase === 'visitor') return <WelcomePage notice={<LoginFault />} />;
  return (
    <>
      <SignedInPage />
      <SessionWatch />
    </>
  );
}
