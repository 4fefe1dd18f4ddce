/** The check boxes of step 2: which of the own groups the proxy shall serve. All are ticked at first. */
import { CheckBox, FieldError } from '@wm/ui-kit';
import { useId, type ReactNode } from 'react';
import type { Membership } from '../../server-state/me.ts';
import { picksFault, picksHint } from './wizard.ts';

export interface GroupPicksProps {
  readonly memberships: readonly Membership[];
  readonly unpicked: ReadonlySet<string>;
  readonly onChange: (unpicked: ReadonlySet<string>) => void;
}

export function GroupPicks({ memberships, unpicked, onChange }: GroupPicksProps): ReactNode {
  const noteId = useId();
  const groups = memberships.map(({ group }) => group);
  const fault = picksFault(groups, unpicked);
  const tick = (group: string, isTicked: boolean): void => {
    const next = new Set(unpicked);
    if (isTicked) next.delete(group);
    else next.add(group);
    onChange(next);
  };
  return (
    <fieldset className="gains" aria-describedby={noteId}>
      <legend>Groups that gain</legend>
      {memberships.map(({ group, vo }) => (
        <CheckBox
          key={group}
          checked={!unpicked.has(group)}
          onChange={(isTicked) => tick(group, isTicked)}
          label={
            <span>
              {group} <span className="muted">{vo}</span>
            </span>
          }
        />
      ))}
      {fault === undefined ? (
        <span className="hint" id={noteId}>
          {picksHint(groups, unpicked)}
        </span>
      ) : (
        <FieldError id={noteId} text={fault} />
      )}
    </fieldset>
  );
}
