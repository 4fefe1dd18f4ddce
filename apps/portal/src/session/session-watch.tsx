/**
 * Watches the end of the session: warns two minutes before, and when it is over dims the page and asks for a
 * new log-in in place. Windows, drafts and the request that was refused stay as they are.
 */
import { Button, Dialog, Notice, useToasts } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import { loadMe, logOut, staySignedIn, useSession } from '../server-state/me.ts';
import { logInWithPage, logInWithWindow, onSignedInElsewhere, resumeSession } from './log-in.ts';
import { session, sessionNotice } from './session-state.ts';

/** The server prolongs the session with every request somebody makes; the page asks for the new end. */
const lookEveryMs = 30_000;

function useNowMs(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

const leftText = (leftS: number): string =>
  leftS > 60 ? `${Math.ceil(leftS / 60)} minutes` : `${leftS} seconds`;

function EndingDialog({ leftS }: { readonly leftS: number }): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  const stay = (): void => {
    setIsBusy(true);
    staySignedIn().then(
      () => setIsBusy(false),
      () => {
        setIsBusy(false);
        toasts.show({ text: 'The server did not answer. Try again.', tone: 'error' });
      },
    );
  };
  return (
    <Dialog
      title={`Your session ends in ${leftText(leftS)}`}
      description="Your windows and drafts are kept in any case."
      dismissible={false}
      onClose={stay}
      footer={
        <>
          <Button onClick={() => void logOut()}>Log out</Button>
          <Button look="primary" busy={isBusy} onClick={stay}>
            Stay signed in
          </Button>
        </>
      }
    >
      <Notice tone="warn">
        When the session has reached its longest time, you are asked to log in again.
      </Notice>
    </Dialog>
  );
}

const expiredWords = {
  title: 'Your session has ended',
  description: 'Log in again to go on where you are. This page stays as it is.',
};

/** A found or stolen session must not harm others. */
const confirmWords = {
  title: 'Log in again to go on',
  description: 'This concerns other people, and needs a log-in of the last 15 minutes.',
};

function ExpiredDialog({ isConfirming }: { readonly isConfirming: boolean }): ReactNode {
  const [isBlocked, setIsBlocked] = useState(false);
  // Without a fresh log-in the request is refused, and the session goes on.
  const leave = (): void => (isConfirming ? void loadMe() : location.assign('/'));
  return (
    <Dialog
      {...(isConfirming ? confirmWords : expiredWords)}
      dismissible={false}
      onClose={() => undefined}
      footer={
        <>
          <Button onClick={leave}>{isConfirming ? 'Cancel' : 'Leave'}</Button>
          <Button look="primary" onClick={() => setIsBlocked(!logInWithWindow())}>
            Log in again
          </Button>
        </>
      }
    >
      {isBlocked ? (
        <Notice tone="warn" action={<Button onClick={() => logInWithPage()}>Log in with this page</Button>}>
          The browser allowed no small window. Your layout is saved; text you are typing is not.
        </Notice>
      ) : (
        <Notice tone="good">Nothing is lost: the request in progress is sent again after you log in.</Notice>
      )}
    </Dialog>
  );
}

export function SessionWatch(): ReactNode {
  const state = useSession();
  const nowMs = useNowMs(1000);
  const notice = sessionNotice(state, nowMs);
  const isOver = notice.kind === 'over';

  useEffect(() => {
    // Other tabs may have prolonged the session: ask before saying that it is over.
    if (isOver && state.phase === 'signedIn') void loadMe().catch(() => session.refused());
  }, [isOver, state.phase]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (session.get().phase === 'signedIn') void loadMe().catch(() => undefined);
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, []);

  useEffect(() => onSignedInElsewhere(() => void resumeSession(state.accountId)), [state.accountId]);

  if (state.phase === 'expired') return <ExpiredDialog isConfirming={state.isConfirming} />;
  return notice.kind === 'ending' ? <EndingDialog leftS={notice.leftS} /> : null;
}
