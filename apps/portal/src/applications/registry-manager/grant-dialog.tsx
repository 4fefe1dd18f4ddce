/** Grants a request: the group is chosen here, among those that this manager may give away. */
import { useQuery } from '@tanstack/react-query';
import { Button, Dialog, Field, Notice, Select } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { openVosQuery } from '../../server-state/membership.ts';
import { grantRequest, grantableGroupsQuery, type VoRequest } from '../../server-state/registry.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';

export interface GrantDialogProps {
  readonly request: VoRequest;
  readonly onDone: (group: string) => void;
  readonly onCancel: () => void;
}

export function GrantDialog({ request, onCancel, onDone }: GrantDialogProps): ReactNode {
  const groups = useQuery(grantableGroupsQuery);
  const vos = useQuery(openVosQuery);
  const [chosen, choose] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  // Where members begin, as far as the VO says.
  const usual = vos.data?.find(({ vo }) => vo === request.vo)?.group;
  const group = chosen ?? groups.data?.find((each) => each === usual) ?? groups.data?.[0];

  async function grant(): Promise<void> {
    if (group === undefined) return;
    setIsBusy(true);
    setFault(undefined);
    try {
      await grantRequest(request.requestId, group);
      onDone(group);
    } catch (error) {
      setIsBusy(false);
      setFault(faultOf(error).message);
    }
  }

  return (
    <Dialog
      title={`Make ${request.displayName} a member?`}
      onClose={onCancel}
      footer={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button
            look="primary"
            busy={isBusy}
            disabledReason={group === undefined ? 'Choose a group first' : undefined}
            onClick={() => void grant()}
          >
            Grant
          </Button>
        </>
      }
    >
      <p className="soft">
        {request.userName} acts in the group at once, with all its properties. You can end the membership
        under Members at any time.
      </p>
      <Answer query={groups} what="The groups">
        {(all) => (
          <Field
            label={`Group of ${request.vo}`}
            required
            hint="You can give away submitting jobs, and what your own group has; nothing beyond."
          >
            <Select
              value={group ?? ''}
              onChange={(next) => {
                choose(next);
                setFault(undefined);
              }}
              options={all.map((value) => ({
                value,
                label: value === usual ? `${value} (where members begin)` : value,
              }))}
            />
          </Field>
        )}
      </Answer>
      {fault !== undefined && <Notice tone="fail">{fault}</Notice>}
    </Dialog>
  );
}
