/** Who asks, from where, for what; and the two answers. */
import { Button, FactList, Field, Notice, Select } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { decideOn, type AuthorizationRequest } from '../server-state/authorizations.ts';
import { useMe } from '../server-state/me.ts';

export type Outcome = 'approved' | 'denied';

export interface RequestCardProps {
  readonly handle: string;
  readonly request: AuthorizationRequest;
  readonly onDecided: (outcome: Outcome) => void;
}

const instant = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
});

function factsOf(request: AuthorizationRequest) {
  const { clientName, clientId, askedFrom, askedAt, extraProperties, redirectUri } = request;
  return [
    { name: 'Program', value: clientName === clientId ? clientName : `${clientName} (${clientId})` },
    { name: 'Asked from', value: askedFrom, mono: true },
    { name: 'Asked at', value: instant.format(new Date(askedAt)) },
    ...(redirectUri === null ? [] : [{ name: 'Returns to', value: new URL(redirectUri).origin, mono: true }]),
    ...(extraProperties.length === 0 ? [] : [{ name: 'Extra rights', value: extraProperties.join(', ') }]),
  ];
}

function Comparison({ userCode }: { readonly userCode: string }): ReactNode {
  return (
    <>
      <p className="device-code" aria-label={`Code ${userCode}`}>
        {userCode}
      </p>
      <Notice tone="warn">
        Approve only if <b>you</b> started this log-in just now and your terminal shows this very code. If
        somebody sent you here, deny.
      </Notice>
    </>
  );
}

export function RequestCard({ handle, request, onDecided }: RequestCardProps): ReactNode {
  const me = useMe();
  const { choices, kind, userCode, clientName } = request;
  const [group, setGroup] = useState(choices[0]?.group ?? '');
  const [busy, setBusy] = useState<Outcome>();
  const [fault, setFault] = useState<string>();

  async function decide(outcome: Outcome): Promise<void> {
    setBusy(outcome);
    setFault(undefined);
    try {
      const redirectTo = await decideOn(handle, {
        approve: outcome === 'approved',
        ...(outcome === 'approved' ? { group } : {}),
      });
      if (redirectTo === null) onDecided(outcome);
      else location.assign(redirectTo);
    } catch (error) {
      setBusy(undefined);
      setFault(error instanceof Error ? error.message : 'The server did not answer. Try again.');
    }
  }

  return (
    <div className="pad">
      <h1>{kind === 'device' ? 'Log in a terminal' : `Log in to ${clientName}`}</h1>
      {userCode === null ? (
        <p className="soft">
          {clientName} asks to act for you here: to see your jobs, submit and kill them. Approve only if you
          came from it yourself.
        </p>
      ) : (
        <Comparison userCode={userCode} />
      )}
      <FactList facts={factsOf(request)} />
      {choices.length === 0 ? (
        <Notice tone="fail">You are in none of the groups that it asks for.</Notice>
      ) : (
        <Field label="It will act as" hint={`For ${me.displayName}, with the rights of this group.`}>
          <Select
            value={group}
            onChange={setGroup}
            options={choices.map((choice) => ({
              value: choice.group,
              label: `${choice.group} · ${choice.vo}`,
            }))}
          />
        </Field>
      )}
      {fault !== undefined && <Notice tone="fail">{fault}</Notice>}
      <div className="device-answers">
        <Button big busy={busy === 'denied'} onClick={() => void decide('denied')}>
          Deny
        </Button>
        <Button
          big
          look="primary"
          busy={busy === 'approved'}
          disabledReason={choices.length === 0 ? 'You are in none of the groups' : undefined}
          onClick={() => void decide('approved')}
        >
          Approve
        </Button>
      </div>
    </div>
  );
}
