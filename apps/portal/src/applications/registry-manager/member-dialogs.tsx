/** Asks before a membership ends, an account is suspended or a suspension lifted, and says what happens then. */
import { ConfirmDialog, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { endMembership, liftSuspension, suspendMember, type VoMember } from '../../server-state/registry.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import type { MemberAction } from './member-menu.ts';
import { staysIn, suspensionText } from './member-rows.ts';
import { ReasonDialog } from './reason-dialog.tsx';

export interface AskedAction {
  readonly member: VoMember;
  readonly action: MemberAction;
}

interface QuestionProps {
  readonly title: string;
  readonly effect: string;
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly act: () => Promise<void>;
  readonly done: string;
  readonly onClose: () => void;
}

function Question(props: QuestionProps): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);

  async function act(): Promise<void> {
    setIsBusy(true);
    try {
      await props.act();
      toasts.show({ text: props.done, icon: 'users' });
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    }
    props.onClose();
  }

  return (
    <ConfirmDialog
      title={props.title}
      description={props.effect}
      confirmLabel={props.confirmLabel}
      danger={props.danger}
      busy={isBusy}
      onConfirm={() => void act()}
      onCancel={props.onClose}
    />
  );
}

export function MemberDialogs({
  asked,
  vo,
  onClose,
}: {
  readonly asked: AskedAction;
  readonly vo: string;
  readonly onClose: () => void;
}): ReactNode {
  const toasts = useToasts();
  const { action, member } = asked;
  const { accountId, displayName, userName } = member;
  if (action.kind === 'end')
    return (
      <Question
        title={`End the membership of ${displayName}?`}
        effect={
          staysIn(member, action.group)
            ? `What was granted here ends. ${userName} stays in ${action.group} all the same, because of the configuration, an entitlement or the membership service of the VO.`
            : `${userName} can no longer act in ${action.group}, at once. Jobs that were submitted go on; a new request can be granted later.`
        }
        confirmLabel="End membership"
        danger
        act={() => endMembership(accountId, action.group)}
        done={`The membership of ${displayName} in ${action.group} has ended`}
        onClose={onClose}
      />
    );
  if (action.kind === 'lift')
    return (
      <Question
        title={`Lift the suspension of ${displayName}?`}
        effect={`${userName} is in the same groups of ${vo} as before, at once. The reason was: ${suspensionText(member)}.`}
        confirmLabel="Lift suspension"
        danger={false}
        act={() => liftSuspension(accountId)}
        done={`${displayName} is no longer suspended`}
        onClose={onClose}
      />
    );
  return (
    <ReasonDialog
      title={`Suspend ${displayName}?`}
      effect={`${userName} can no longer act in any group of ${vo}, at once, whatever the groups come from; certificates that this installation issued to the account are revoked. It lasts until somebody lifts it.`}
      hint="Managers of the VO read it, and it is kept in the audit log."
      confirmLabel="Suspend"
      decide={(reason) => suspendMember(accountId, reason)}
      onCancel={onClose}
      onDone={() => {
        onClose();
        toasts.show({ text: `${displayName} is suspended in ${vo}`, icon: 'lock' });
      }}
    />
  );
}
