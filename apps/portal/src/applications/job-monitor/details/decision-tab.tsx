/** Why was this job the next one? The record of each match: the pilot that asked, who competed, the draw, its repetition. */
import { useQuery } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { Block, EmptyState, FactList, LinkButton, Notice, StatusIcon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { jobDecisionsQuery } from '../../../server-state/jobs.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { fullInstant, shortInstant } from '../../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../../widgets/grid-application/use-now.ts';
import {
  chanceText,
  levelViews,
  offerFacts,
  placeText,
  undrawnWords,
  type LevelView,
  type MatchDecision,
} from '../decision-view.ts';

type Attempt = AnswerOf<Routes['GET /bff/jobs/:jobId']>['attempts'][number];

export interface DecisionTabProps {
  readonly jobId: number;
  readonly attempts: readonly Attempt[];
  readonly onPilot: (stamp: string) => void;
}

/** Everybody's part of the way from 0 to 1, with a mark at the number that was drawn. The table says the same. */
function LotBar({ drawn, lots }: Pick<LevelView, 'drawn' | 'lots'>): ReactNode {
  return (
    <div className="lots" aria-hidden="true">
      {lots.map(({ chance, isWinner }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lots are their place
        <i key={index} className={isWinner ? 'won' : undefined} style={{ flexGrow: chance }} />
      ))}
      <b style={{ insetInlineStart: `${drawn * 100}%` }} />
    </div>
  );
}

function Step({ aside, drawn, lots, rows, sentence, title }: LevelView): ReactNode {
  return (
    <section className="draw-step">
      <h5>
        {title} <span className="muted">{aside}</span>
      </h5>
      <LotBar drawn={drawn} lots={lots} />
      <p className="muted xs">{sentence}</p>
      <table className="ruled chances" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col" className="num">
              Chance
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ chance, isWinner, name }, index) => (
            // Names may be hidden, so that several are the same; they never change places.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={index}>
              <th scope="row">
                {isWinner && <StatusIcon family="success" shape="check" label="Drawn" />}
                {isWinner ? <strong>{name}</strong> : name}
              </th>
              <td className="num">{chanceText(chance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Replay = ({ replays }: Pick<MatchDecision, 'replays'>): ReactNode =>
  replays ? (
    <Notice tone="good">Drawn again from this record, the same one wins.</Notice>
  ) : (
    <Notice tone="fail">
      Drawn again from this record, another one wins. Tell the operators of this installation.
    </Notice>
  );

interface DecisionProps {
  readonly decision: MatchDecision;
  readonly pilotStamp: string | undefined;
  readonly onPilot: (stamp: string) => void;
}

function Decision({ decision, onPilot, pilotStamp }: DecisionProps): ReactNode {
  const nowMs = useNowMs(undefined);
  const undrawn = undrawnWords(decision);
  const pilot = pilotStamp !== undefined && (
    <LinkButton onClick={() => onPilot(pilotStamp)}>{pilotStamp.slice(0, 12)}</LinkButton>
  );
  const at = fullInstant(decision.at);
  return (
    <section className="decision" aria-label={`Match of attempt ${decision.attempt}`}>
      <Block
        title={`Attempt ${decision.attempt}: the pilot that asked`}
        aside={<span title={at}>{shortInstant(decision.at, nowMs)}</span>}
      >
        <FactList
          facts={[
            { name: 'Place', value: placeText(decision) },
            ...(pilot === false
              ? []
              : [{ name: 'Pilot', value: pilot, mono: true, title: pilotStamp ?? '' }]),
            ...offerFacts(decision),
          ]}
        />
      </Block>
      <Block title="The draw" aside={`queue ${decision.taskQueueId} won`}>
        {levelViews(decision).map((level) => (
          <Step key={level.title} {...level} />
        ))}
        {undrawn !== undefined && <p className="soft">{undrawn}</p>}
      </Block>
      {decision.levels.length > 0 && <Replay replays={decision.replays} />}
    </section>
  );
}

export function DecisionTab({ attempts, jobId, onPilot }: DecisionTabProps): ReactNode {
  const decisions = useQuery(jobDecisionsQuery(jobId));
  return (
    <Answer query={decisions} what="The match decision">
      {(list) =>
        list.length === 0 ? (
          <EmptyState
            icon="info"
            title={attempts.length === 0 ? 'No pilot has taken this job yet' : 'The record is gone'}
          >
            {attempts.length === 0
              ? 'When one does, who competed and what was drawn is told here.'
              : 'Records of matches are kept for a while only, as the installation says.'}
          </EmptyState>
        ) : (
          <div className="why">
            {list.toReversed().map((decision) => (
              <Decision
                key={decision.attempt}
                decision={decision}
                pilotStamp={attempts.find(({ attempt }) => attempt === decision.attempt)?.pilotStamp}
                onPilot={onPilot}
              />
            ))}
          </div>
        )
      }
    </Answer>
  );
}
