/** The VOs that take requests, each with a short form. */
import { useQuery } from '@tanstack/react-query';
import { Button, Field, Notice, StatusPill, TextArea, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import {
  askForMembership,
  openVosQuery,
  ownRequestsQuery,
  type OpenVo,
} from '../../server-state/membership.ts';
import { Answer, faultOf } from '../grid-application/answer.tsx';
import { askable, countText, lookOf, maxMotivation } from './request-words.ts';
import './membership.css';

function AskForm({ vo, onSent }: { readonly vo: OpenVo; readonly onSent: () => void }): ReactNode {
  const toasts = useToasts();
  const [motivation, setMotivation] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function send(): Promise<void> {
    setIsBusy(true);
    setFault(undefined);
    try {
      await askForMembership(vo.vo, motivation);
      toasts.show({ text: `The managers of ${vo.vo} have your request`, icon: 'send' });
      onSent();
    } catch (error) {
      setFault(faultOf(error).message);
      setIsBusy(false);
    }
  }

  return (
    <form
      className="ask-form"
      aria-label={`Ask ${vo.vo}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (motivation.trim() !== '' && !isBusy) void send();
      }}
    >
      <Field
        label="Who you are and what you want to run"
        required
        hint={
          <span className="ask-hint">
            <span>Its managers read it, with your name and e-mail address.</span>
            <span className="num">{countText(motivation)}</span>
          </span>
        }
      >
        <TextArea
          value={motivation}
          onChange={setMotivation}
          maxLength={maxMotivation}
          rows={5}
          spellCheck
          placeholder="Docking runs for my thesis at Example University, with Prof. Example; some 500 jobs of an hour each."
        />
      </Field>
      {fault !== undefined && <Notice tone="fail">{fault}</Notice>}
      <div className="ask-acts">
        <Button
          look="primary"
          type="submit"
          busy={isBusy}
          disabledReason={motivation.trim() === '' ? 'Say who you are and what you want to run' : undefined}
        >
          Send the request
        </Button>
      </div>
    </form>
  );
}

/** `empty` is shown when there is nobody to ask. */
export function AskForMembership({ empty }: { readonly empty: ReactNode }): ReactNode {
  const vos = useQuery(openVosQuery);
  const requests = useQuery(ownRequestsQuery);
  const [chosen, choose] = useState<string>();
  return (
    <Answer query={vos} what="The VOs">
      {(all) => {
        const found = askable(all, requests.data ?? []);
        if (found.length === 0) return empty;
        return (
          <ul className="open-vos" aria-label="VOs that take requests">
            {found.map((vo) => {
              // The only one needs no choice.
              const isUnfolded = !vo.isAsked && (chosen === vo.vo || found.length === 1);
              return (
                <li key={vo.vo}>
                  <div className="open-vo">
                    <div className="grow">
                      <b>{vo.vo}</b>
                      <p className="soft">
                        {vo.description || `Its members begin in the group ${vo.group}.`}
                      </p>
                    </div>
                    {vo.isAsked ? (
                      <StatusPill {...lookOf({ decision: null })} />
                    ) : (
                      found.length > 1 && (
                        <Button
                          aria-expanded={isUnfolded}
                          aria-label={`Ask ${vo.vo}`}
                          onClick={() => choose(isUnfolded ? undefined : vo.vo)}
                        >
                          Ask…
                        </Button>
                      )
                    )}
                  </div>
                  {isUnfolded && <AskForm vo={vo} onSent={() => choose(undefined)} />}
                </li>
              );
            })}
          </ul>
        );
      }}
    </Answer>
  );
}
