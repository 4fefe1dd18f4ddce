/** Overview of one job: its life as bars, the facts of the run and of the job, the last lines it printed. */
import { useQuery } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { Block, FactList, LinkButton, LogView, Notice, Timeline } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { isJobStatus, isPayloadFinal } from '@wm/wms-core/vocabulary';
import { jobExplanationQuery } from '../../../server-state/explanations.ts';
import { jobLoggingQuery, jobParametersQuery, jobPeekQuery } from '../../../server-state/jobs.ts';
import { valueText } from '../../../server-state/search-page.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { duration, fullInstant, shortInstant } from '../../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../../widgets/grid-application/use-now.ts';
import { jobStatusLook } from '../../../widgets/status-look.ts';
import type { DetailsTab } from '../job-menu.ts';
import { minorStatusHint, overviewFacts } from '../job-overview.ts';
import { isWaiting } from '../wait-words.ts';
import { timelineOf, type Timeline as Life } from '../job-timeline.ts';

type Attempt = AnswerOf<Routes['GET /bff/jobs/:jobId']>['attempts'][number];

export interface OverviewTabProps {
  readonly jobId: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly pilotStamp: string | null;
  readonly attempts: readonly Attempt[];
  readonly onTab: (tab: DetailsTab) => void;
  readonly onPilot: (stamp: string) => void;
}

/** Of the peek only the end is shown here. */
const lastLines = (text: string, count: number): string =>
  text.trimEnd().split('\n').slice(-count).join('\n');

function LastOutput({ jobId, onTab }: Pick<OverviewTabProps, 'jobId' | 'onTab'>): ReactNode {
  const peek = useQuery(jobPeekQuery(jobId));
  const text = peek.data?.stdout ?? '';
  if (text === '') return null;
  return (
    <Block
      title="StdOut, last lines"
      aside={<LinkButton onClick={() => onTab('stdout')}>Open StdOut</LinkButton>}
    >
      <LogView text={lastLines(text, 6)} label="Last lines of standard output" />
    </Block>
  );
}

const clock = (ms: number): string => fullInstant(new Date(ms).toISOString()).slice(11);

function LifeBars({ life }: { readonly life: Life }): ReactNode {
  return (
    <Block title="Timeline" aside={`${duration(life.endMs - life.startMs)} in all`}>
      <Timeline
        label="Stays in each status"
        startText={clock(life.startMs)}
        endText={clock(life.endMs)}
        spans={life.stays.map(({ status, startMs, endMs }) => ({
          label: status,
          ...jobStatusLook(status),
          fromMs: startMs,
          toMs: endMs,
          durationText: duration(endMs - startMs),
        }))}
      />
    </Block>
  );
}

function JobLife({ jobId, isOver }: { readonly jobId: number; readonly isOver: boolean }): ReactNode {
  const logging = useQuery(jobLoggingQuery(jobId));
  const nowMs = useNowMs(isOver ? undefined : 1000);
  return (
    <Answer query={logging} what="The history">
      {(records) => {
        const life = timelineOf(records, nowMs);
        return life === undefined || life.stays.length === 0 ? null : <LifeBars life={life} />;
      }}
    </Answer>
  );
}

/** The main cause in one sentence; what the minor status means says less. */
function WaitNotice({ jobId, onWhy }: { readonly jobId: number; readonly onWhy: () => void }): ReactNode {
  const { data } = useQuery(jobExplanationQuery(jobId));
  if (data === undefined) return null;
  return <Notice action={<LinkButton onClick={onWhy}>Why?</LinkButton>}>{data.headline}</Notice>;
}

/** Of a job that was given to several pilots: each with its place, so that none of their logs is out of reach. */
function Attempts({ attempts, onPilot }: Pick<OverviewTabProps, 'attempts' | 'onPilot'>): ReactNode {
  const nowMs = useNowMs(undefined);
  return (
    <Block title="Attempts" aside={String(attempts.length)}>
      <table className="ruled" aria-label="Attempts">
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">Matched [UTC]</th>
            <th scope="col">Place</th>
            <th scope="col">Pilot</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map(({ attempt, batchQueue, computingElement, matchedAt, pilotStamp, site }) => (
            <tr key={attempt}>
              <td>{attempt}</td>
              <td className="time" title={fullInstant(matchedAt)}>
                {shortInstant(matchedAt, nowMs)}
              </td>
              <td title={`Site ${site}, computing element ${computingElement}, batch queue ${batchQueue}`}>
                {site}
                <div className="muted">
                  {computingElement}, {batchQueue}
                </div>
              </td>
              <td className="mono" title={pilotStamp}>
                <LinkButton onClick={() => onPilot(pilotStamp)}>{pilotStamp.slice(0, 12)}</LinkButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Block>
  );
}

export function OverviewTab(props: OverviewTabProps): ReactNode {
  const { attempts, attributes, jobId, onPilot, onTab, pilotStamp } = props;
  const parameters = useQuery(jobParametersQuery(jobId));
  const status = valueText(attributes['Status']);
  const hint = minorStatusHint(valueText(attributes['MinorStatus']));
  const groups = overviewFacts(attributes, parameters.data ?? []);
  const pilot =
    pilotStamp === null
      ? []
      : [
          {
            name: 'Pilot',
            value: <LinkButton onClick={() => onPilot(pilotStamp)}>{pilotStamp.slice(0, 12)}</LinkButton>,
            mono: true,
            title: pilotStamp,
          },
        ];
  return (
    <>
      <JobLife jobId={jobId} isOver={isJobStatus(status) && isPayloadFinal(status)} />
      {isWaiting(status) ? (
        <WaitNotice jobId={jobId} onWhy={() => onTab('why')} />
      ) : (
        hint !== undefined && <Notice>{hint}</Notice>
      )}
      {groups.map((group, index) => (
        <Block key={group.title} title={group.title}>
          <FactList facts={index === 0 ? [...group.facts, ...pilot] : group.facts} />
        </Block>
      ))}
      {attempts.length > pilot.length && <Attempts attempts={attempts} onPilot={onPilot} />}
      <LastOutput jobId={jobId} onTab={onTab} />
    </>
  );
}
