/** The ways to log in; one that cannot be used here stays in view and says why. */
import { Button } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Welcome } from '../server-state/welcome.ts';
import { logInWithCertificate, logInWithPage } from '../session/log-in.ts';

type LogIn = Welcome['logins'][number];

const hints = {
  checkin: 'Your home institution, ORCID, Google and others.',
  certificate: 'Your browser asks for an X.509 certificate on the next page.',
} as const;

function begin({ way, provider }: LogIn): void {
  if (way === 'certificate') logInWithCertificate();
  else logInWithPage(provider ?? undefined);
}

function Way({ logIn, isFirst }: { readonly logIn: LogIn; readonly isFirst: boolean }): ReactNode {
  const hint = logIn.standIn
    ? 'A stand-in on this computer with demo users.'
    : (logIn.provider ?? 'main') === 'main'
      ? hints[logIn.way]
      : 'Where your community knows you.';
  return (
    <div className="pad">
      {isFirst && <h2>Log in</h2>}
      <Button
        big
        look={isFirst ? 'primary' : 'secondary'}
        icon={logIn.way === 'checkin' ? 'users' : 'certificate'}
        disabledReason={logIn.available ? undefined : (logIn.reason ?? 'not offered here')}
        onClick={() => begin(logIn)}
      >
        Log in with {logIn.label}
      </Button>
      <p className="muted xs">{logIn.available ? hint : (logIn.reason ?? 'This way is not offered here.')}</p>
    </div>
  );
}

export function LogInCard({ welcome }: { readonly welcome: Welcome }): ReactNode {
  return (
    <aside className="card" aria-label="Log in">
      {welcome.logins.map((logIn, index) => (
        <Way key={logIn.provider ?? logIn.way} logIn={logIn} isFirst={index === 0} />
      ))}
      {welcome.supportEmail && (
        <div className="pad">
          <a href={`mailto:${welcome.supportEmail}`}>Not a member of a VO?</a>
        </div>
      )}
    </aside>
  );
}
