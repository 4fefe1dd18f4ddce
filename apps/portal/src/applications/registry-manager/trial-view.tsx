/** Try a log-in: what somebody with these entitlements would be in, before he stands at the door. Changes nothing. */
import { Block, Button, EmptyState, Field, Notice, StatusIcon, TextArea, TextInput } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { tryLogIn, type LogInTrial } from '../../server-state/registry.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import { entitlementsOf, lostText, verdictOf } from './log-in-trial.ts';

function PairTable(props: {
  readonly label: string;
  readonly heads: readonly [string, string];
  readonly rows: readonly (readonly [string, string])[];
}): ReactNode {
  return (
    <table className="ruled trial-table" aria-label={props.label}>
      <thead>
        <tr>
          {props.heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map(([name, words]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{words}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TrialAnswer({ trial }: { readonly trial: LogInTrial }): ReactNode {
  const lost = lostText(trial);
  return (
    <div className="trial-answer" role="status" aria-label="What the log-in would get">
      <h3 className="row">
        <StatusIcon
          family={trial.groups.length > 0 ? 'success' : 'warning'}
          shape={trial.groups.length > 0 ? 'check' : 'alert'}
        />
        {verdictOf(trial)}
      </h3>
      {trial.groups.length > 0 && (
        <Block title="Groups">
          <PairTable
            label="Groups"
            heads={['Group', 'Because']}
            rows={trial.groups.map(({ because, group }) => [group, because])}
          />
        </Block>
      )}
      {trial.missing.length > 0 && (
        <Block title="Missing groups">
          <PairTable
            label="Missing groups"
            heads={['Group', 'Needs']}
            rows={trial.missing.map(({ group, needs }) => [group, needs])}
          />
        </Block>
      )}
      <Block title="Entitlements">
        {trial.fqans.length === 0 ? (
          <p className="soft">None was understood.</p>
        ) : (
          <ul>
            {trial.fqans.map((fqan) => (
              <li key={fqan} className="mono">
                {fqan}
              </li>
            ))}
          </ul>
        )}
        {lost.map((text) => (
          <p key={text} className="soft">
            {text}
          </p>
        ))}
      </Block>
    </div>
  );
}

/** What was typed and what came of it: outlives a look at another view. */
export interface TrialDraft {
  readonly text: string;
  readonly userName: string;
  readonly trial: LogInTrial | undefined;
}

export const emptyDraft: TrialDraft = { text: '', userName: '', trial: undefined };

export interface TrialViewProps {
  readonly draft: TrialDraft;
  readonly onDraft: (part: Partial<TrialDraft>) => void;
}

export function TrialView({ draft, onDraft }: TrialViewProps): ReactNode {
  const { text, trial, userName } = draft;
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function run(): Promise<void> {
    setIsBusy(true);
    setFault(undefined);
    try {
      const entitlements = entitlementsOf(text);
      onDraft({ trial: await tryLogIn({ userName: userName.trim(), entitlements }) });
    } catch (error) {
      onDraft({ trial: undefined });
      setFault(faultOf(error).message);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <div className="registry-page trial">
      <form
        className="stack"
        aria-label="Try a log-in"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void run();
        }}
      >
        <p className="soft">
          What would a log-in with these entitlements get in this VO? The same rules as at the real log-in;
          nothing is changed or kept.
        </p>
        <Field
          label="Entitlements"
          hint="One a line, as the identity provider sends them (eduperson_entitlement or entitlements)."
        >
          <TextArea
            mono
            value={text}
            onChange={(next) => onDraft({ text: next })}
            rows={6}
            placeholder="urn:mace:egi.eu:group:vo.example.org:role=member#aai.egi.eu"
          />
        </Field>
        <Field
          label="User name of the configuration"
          hint="Empty for anybody whom the configuration does not list."
        >
          <TextInput value={userName} onChange={(next) => onDraft({ userName: next })} maxLength={64} />
        </Field>
        <div className="ask-acts">
          <Button look="primary" type="submit" busy={isBusy}>
            Try it
          </Button>
        </div>
        {fault !== undefined && <Notice tone="fail">{fault}</Notice>}
      </form>
      {trial === undefined ? (
        <EmptyState icon="play" title="Nothing tried yet">
          The answer says which groups, why, and what the others need.
        </EmptyState>
      ) : (
        <TrialAnswer trial={trial} />
      )}
    </div>
  );
}
