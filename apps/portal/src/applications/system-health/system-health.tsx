/**
 * The System Health window: the verdict, what needs attention, the figures of the last hour, then all that is well.
 * Site managers see their part; the server decides.
 */
import { useQuery } from '@tanstack/react-query';
import { Block, EmptyState, IconButton, Notice, StatusIcon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { useMembership } from '../../server-state/me.ts';
import {
  systemHealthQuery,
  type Finding,
  type SystemHealthAnswer,
} from '../../server-state/system-health.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { noFilters, withChoice } from '../../widgets/grid-application/filters.ts';
import { fullInstant, instantMs } from '../../widgets/grid-application/instants.ts';
import type { ApplicationProps } from '../application.ts';
import { FigureCards } from './figure-cards.tsx';
import { CheckRows, FindingRow, type FindingLinks } from './finding-row.tsx';
import { groupsOf, statusLooks, troublesOf, verdictOf } from './health-view.ts';
import type { SystemHealthState } from './system-health-state.ts';
import './system-health.css';

const filteredBy = (attribute: string, value: string) =>
  withChoice(noFilters, attribute, { values: [value], negated: false });

/** Where a reader goes from a finding: the pilots of a site, the waiting jobs of the own VO. */
function useLinks(open: ApplicationProps<SystemHealthState>['open']): FindingLinks['linkOf'] {
  const vo = useMembership()?.vo;
  return ({ check, subject, figure }: Finding) => {
    if (check === 'site-pilots' && subject !== null)
      return {
        label: 'Show its pilots',
        open: () =>
          open({ applicationId: 'pilot-monitor', state: { filters: filteredBy('GridSite', subject.name) } }),
      };
    if (check === 'oldest-waiting' && subject?.name === vo && figure !== null)
      return {
        label: 'Show waiting jobs',
        open: () =>
          open({ applicationId: 'job-monitor', state: { filters: filteredBy('Status', 'Waiting') } }),
      };
    return undefined;
  };
}

interface ReportProps extends Pick<ApplicationProps<SystemHealthState>, 'state' | 'setState' | 'open'> {
  readonly health: SystemHealthAnswer;
}

function Report({ health, state, setState, open }: ReportProps): ReactNode {
  const linkOf = useLinks(open);
  const nowMs = instantMs(health.at) ?? 0;
  const troubles = troublesOf(health.findings);
  const fold = (check: string, isUnfolded: boolean): void =>
    setState((old) => ({
      unfolded: [...old.unfolded.filter((id) => id !== check), ...(isUnfolded ? [check] : [])],
    }));
  if (health.findings.length === 0)
    return (
      <EmptyState icon="pulse" title="Nothing to look at">
        No site of the configuration serves your VO, and no VO of it is yours.
      </EmptyState>
    );
  return (
    <>
      {troubles.length > 0 && (
        <Block title="Needs attention">
          <ul className="findings troubles">
            {troubles.map((finding) => (
              <FindingRow
                key={`${finding.check} ${finding.subject?.name ?? ''}`}
                {...{ finding, nowMs, linkOf }}
              />
            ))}
          </ul>
        </Block>
      )}
      {health.figures !== null && <FigureCards figures={health.figures} />}
      <div className="health-groups">
        {groupsOf(health.findings).map(({ group, title, checks }) => (
          <Block key={group} title={title}>
            <ul className="findings">
              {checks.map((view) => (
                <CheckRows
                  key={view.check}
                  view={view}
                  isUnfolded={state.unfolded.includes(view.check)}
                  onFold={(isUnfolded) => fold(view.check, isUnfolded)}
                  {...{ nowMs, linkOf }}
                />
              ))}
            </ul>
          </Block>
        ))}
      </div>
    </>
  );
}

export function SystemHealth({ state, setState, open }: ApplicationProps<SystemHealthState>): ReactNode {
  const query = useQuery(systemHealthQuery);
  const health = query.data;
  const look = statusLooks[health?.status ?? 'ok'];
  return (
    <div className="system-health blocks-window">
      {health !== undefined && (
        <header className="bar line tool-bar">
          <StatusIcon family={look.family} shape={look.shape} />
          <h3 role="status">{verdictOf(health.findings)}</h3>
          <span className="grow" />
          <span className="muted xs cut">
            {health.findings.length} findings, {fullInstant(health.at).slice(11)} UTC
          </span>
          <IconButton
            icon="refresh"
            label="Refresh"
            className={query.isFetching ? 'turning' : ''}
            onClick={() => void query.refetch()}
          />
        </header>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be reachable by keyboard */}
      <div className="blocks-body" role="region" aria-label="Findings" tabIndex={0}>
        {health !== undefined && query.isError && (
          <Notice tone="fail">
            These findings are of {fullInstant(health.at).slice(11)} UTC; newer ones could not be read:{' '}
            {faultOf(query.error).message}
          </Notice>
        )}
        <Answer query={query} what="The health of the system">
          {(data) => <Report health={data} {...{ state, setState, open }} />}
        </Answer>
      </div>
    </div>
  );
}
