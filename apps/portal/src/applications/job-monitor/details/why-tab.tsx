/** Why does this job wait, or why did it? The main cause first, then what helps, where it fits, and when it may start. */
import { useQuery } from '@tanstack/react-query';
import { Block, LinkButton, Notice } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import {
  jobExplanationQuery,
  type Cause,
  type CurrentExplanation,
  type JobExplanation,
} from '../../../server-state/explanations.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { shortInstant } from '../../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../../widgets/grid-application/use-now.ts';
import { FitMeter, RequirementTable, SiteTable } from '../../../widgets/site-fit/site-fit.tsx';
import { fitText } from '../../../widgets/site-fit/fit-words.ts';
import { estimateWords, lineWords, waitedText } from '../wait-words.ts';

const tone = { blocks: 'warn', delays: 'info', threatens: 'warn' } as const;

function CauseNotice({ cause, isMain }: { readonly cause: Cause; readonly isMain: boolean }): ReactNode {
  return (
    <Notice tone={tone[cause.effect]}>
      {isMain ? <strong>{cause.sentence}</strong> : cause.sentence}
      {cause.remedy !== null && <div>{cause.remedy}</div>}
    </Notice>
  );
}

function Causes({ causes, headline }: Pick<CurrentExplanation, 'causes' | 'headline'>): ReactNode {
  const main = causes.find(({ sentence }) => sentence === headline);
  const others = causes.filter((cause) => cause !== main);
  return (
    <>
      {main ? (
        <CauseNotice cause={main} isMain />
      ) : (
        <Notice tone="good">
          <strong>{headline}</strong>
        </Notice>
      )}
      {others.map((cause) => (
        <CauseNotice key={cause.sentence} cause={cause} isMain={false} />
      ))}
    </>
  );
}

function Now({ now }: { readonly now: CurrentExplanation }): ReactNode {
  const nowMs = useNowMs(undefined);
  const { fits, line, of, requirements, sites } = now;
  return (
    <>
      <Block title="When it may start">
        <p>{estimateWords(now.estimate, nowMs)}</p>
        {now.estimate.kind === 'range' && <p className="muted xs">{now.estimate.basis}</p>}
      </Block>
      {line && (
        <Block title="Place in the queue">
          {lineWords(line).map((words) => (
            <p key={words}>{words}</p>
          ))}
        </Block>
      )}
      <Block title={fitText(fits.sites, of.sites)} aside={of.sites > 0 && <FitMeter fits={fits} of={of} />}>
        <RequirementTable of={of} requirements={requirements} />
      </Block>
      <Block title="Sites">
        <SiteTable sites={sites} />
      </Block>
    </>
  );
}

function Looks({ looks }: Pick<JobExplanation, 'looks'>): ReactNode {
  const nowMs = useNowMs(undefined);
  if (looks.length === 0) return null;
  return (
    <Block title="While it waited">
      <table className="ruled logging" aria-label="Causes over time">
        <thead>
          <tr>
            <th scope="col">From [UTC]</th>
            <th scope="col">Until</th>
            <th scope="col">Cause</th>
          </tr>
        </thead>
        <tbody>
          {looks.map(({ causes, from, until }) => (
            <tr key={from}>
              <td className="time">{shortInstant(from, nowMs)}</td>
              <td className="time">{shortInstant(until, nowMs)}</td>
              <td>
                {causes.length === 0
                  ? 'Nothing stood in its way.'
                  : causes.map(({ sentence }) => <div key={sentence}>{sentence}</div>)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Block>
  );
}

export interface WhyTabProps {
  readonly jobId: number;
  readonly onDecision: () => void;
}

export function WhyTab({ jobId, onDecision }: WhyTabProps): ReactNode {
  const explanation = useQuery(jobExplanationQuery(jobId));
  const nowMs = useNowMs(1000);
  return (
    <Answer query={explanation} what="The explanation">
      {({ headline, looks, now, waitedUntil, waitingSince }) => (
        <div className="why">
          {now ? (
            <>
              <p className="soft">{waitedText(waitingSince, waitedUntil, nowMs)}</p>
              <div aria-live="polite" className="stack">
                <Causes causes={now.causes} headline={headline} />
              </div>
              <Now now={now} />
            </>
          ) : (
            <Notice action={<LinkButton onClick={onDecision}>Match decision</LinkButton>}>
              <strong>{headline}</strong>
            </Notice>
          )}
          <Looks looks={looks} />
        </div>
      )}
    </Answer>
  );
}
