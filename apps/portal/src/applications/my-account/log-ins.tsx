/** Log-ins that lead to the account: several identity providers may, each proved by its person and confirmed here. */
import { useQuery } from '@tanstack/react-query';
import { Block, Button, ConfirmDialog, Dialog, FactList, Notice, StatusPill, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { useMe } from '../../server-state/me.ts';
import {
  beginToLinkLogIn,
  decideOnLogIn,
  logInsQuery,
  unlinkLogIn,
  type LinkedLogIn,
  type LogIns as Answered,
  type WaitingLogIn,
} from '../../server-state/my-account.ts';
import { welcomeQuery } from '../../server-state/welcome.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import { assuranceWords, hindranceWords, personWords, sideEffectWords } from './log-in-words.ts';
import { accountAddress } from './my-account-state.ts';

/** Runs one act at a time and tells what went wrong. */
function useAct(): readonly [boolean, (act: () => Promise<void>) => Promise<void>] {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  return [
    isBusy,
    async (act) => {
      setIsBusy(true);
      try {
        await act();
      } catch (error) {
        toasts.show({ text: faultOf(error).message, tone: 'error' });
      }
      setIsBusy(false);
    },
  ];
}

function UnlinkDialog({
  logIn,
  onClose,
}: {
  readonly logIn: LinkedLogIn;
  readonly onClose: () => void;
}): ReactNode {
  const toasts = useToasts();
  const [isBusy, run] = useAct();
  const unlink = async (): Promise<void> => {
    await run(async () => {
      await unlinkLogIn(logIn.logInId);
      toasts.show({ text: `Log-in at ${logIn.provider} un-linked`, icon: 'users' });
    });
    onClose();
  };
  return (
    <ConfirmDialog
      title="Un-link this log-in?"
      description="It no longer opens your account, its sessions end, and groups that come from it alone are gone. Who logs in with it later is somebody new here."
      confirmLabel="Un-link"
      danger
      busy={isBusy}
      onConfirm={() => void unlink()}
      onCancel={onClose}
    >
      <p className="doomed-dn">
        {logIn.person} <span className="muted">at {logIn.provider}</span>
      </p>
    </ConfirmDialog>
  );
}

/** Names both, since whoever can log in at the other provider has the account from then on. */
function LinkDialog({ waiting }: { readonly waiting: WaitingLogIn }): ReactNode {
  const me = useMe();
  const toasts = useToasts();
  const { data: welcome } = useQuery(welcomeQuery);
  const [isBusy, run] = useAct();
  const { linkId, provider } = waiting;
  const sideEffect = sideEffectWords(waiting);
  const hindrance = hindranceWords(waiting, welcome?.supportEmail ?? null);
  const dismiss = (): void => void run(() => decideOnLogIn(linkId, 'dismiss'));
  const link = (): void =>
    void run(async () => {
      await decideOnLogIn(linkId, 'link');
      toasts.show({ text: `Log-in at ${provider} linked`, icon: 'users' });
    });
  const facts = (
    <FactList
      facts={[
        { name: 'Your account', value: `${me.displayName} (${me.userName})` },
        { name: 'The log-in', value: personWords(waiting) },
        { name: 'At', value: `${provider}, ${waiting.issuer}` },
        { name: 'Its name there', value: waiting.subject },
      ]}
    />
  );
  if (hindrance !== undefined)
    return (
      <Dialog
        title="This log-in cannot be linked"
        onClose={dismiss}
        footer={<Button onClick={dismiss}>Close</Button>}
      >
        {facts}
        <Notice tone="warn">{hindrance}</Notice>
      </Dialog>
    );
  return (
    <ConfirmDialog
      title="Link this log-in to your account?"
      description="Whoever can log in with it can do here all that you can do. Link it only if it is yours alone."
      confirmLabel="It is mine, link it"
      busy={isBusy}
      onConfirm={link}
      onCancel={dismiss}
    >
      {facts}
      {sideEffect !== undefined && <Notice tone="info">{sideEffect}</Notice>}
    </ConfirmDialog>
  );
}

function LogInRow({
  isOnly,
  logIn,
  onUnlink,
}: {
  readonly isOnly: boolean;
  readonly logIn: LinkedLogIn;
  readonly onUnlink: () => void;
}): ReactNode {
  const { isThisSession, issuer, lastLogInAt, person, provider } = logIn;
  const why = isOnly
    ? 'it is the only one'
    : isThisSession
      ? 'you are logged in by it; log in by another one first'
      : undefined;
  return (
    <li>
      <div className="grow">
        <p title={issuer}>
          <b>{provider}</b>{' '}
          {isThisSession && <StatusPill family="success" shape="check" label="This session" look="bare" />}
        </p>
        <p>{person}</p>
        <p className="muted xs">
          {assuranceWords(logIn)}, last used {fullInstant(lastLogInAt).slice(0, 16)} UTC
        </p>
      </div>
      <Button aria-label={`Un-link ${provider}`} disabledReason={why} onClick={onUnlink}>
        Un-link
      </Button>
    </li>
  );
}

function LinkButtons({ providers }: Pick<Answered, 'providers'>): ReactNode {
  const [isBusy, run] = useAct();
  const go = (id: string): void =>
    void run(async () => location.assign(await beginToLinkLogIn(id, accountAddress)));
  return (
    <div className="account-acts">
      {providers.map(({ id, label }) => (
        <Button
          key={id}
          icon="link"
          title={`You log in at ${label} now, and say then whether it is to be linked; windows and drafts are kept`}
          disabledReason={isBusy ? 'the way there is being asked for' : undefined}
          onClick={() => go(id)}
        >
          Link a log-in at {label}
        </Button>
      ))}
    </div>
  );
}

export function LogIns(): ReactNode {
  const query = useQuery(logInsQuery);
  const [doomed, setDoomed] = useState<LinkedLogIn>();
  return (
    <Block title="Log-ins">
      <Answer query={query} what="Your log-ins">
        {({ logIns, providers, waiting }) => (
          <>
            {logIns.length === 0 ? (
              <p className="soft">None at an identity provider; a certificate opens your account.</p>
            ) : (
              <ul className="account-list" aria-label="Log-ins">
                {logIns.map((logIn) => (
                  <LogInRow
                    key={logIn.logInId}
                    logIn={logIn}
                    isOnly={logIns.length === 1}
                    onUnlink={() => setDoomed(logIn)}
                  />
                ))}
              </ul>
            )}
            {providers.length > 0 && <LinkButtons providers={providers} />}
            {waiting && <LinkDialog waiting={waiting} />}
          </>
        )}
      </Answer>
      {doomed && <UnlinkDialog logIn={doomed} onClose={() => setDoomed(undefined)} />}
    </Block>
  );
}
