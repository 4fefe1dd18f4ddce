/** The drawer beside the grid: everything about one job, in tabs, kept fresh by the bell. */
import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, ErrorBox, IconButton, MenuButton, Skeleton, Tabs, type MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { jobQuery } from '../../../server-state/jobs.ts';
import type { SandboxSide } from '../../../server-state/sandboxes.ts';
import { faultOf } from '../../../widgets/grid-application/answer.tsx';
import { JobStatusBadge } from '../../../widgets/job-status-badge.tsx';
import { outputAvailability } from '../job-actions.ts';
import type { DetailsTab } from '../job-menu.ts';
import { readJobRow, type JobRow } from '../job-row.ts';
import { DecisionTab } from './decision-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { AttributesTab, JdlTab, LoggingTab, ParametersTab } from './record-tabs.tsx';
import { SandboxTab } from './sandbox-tab.tsx';
import { isWaiting } from '../wait-words.ts';
import { StdOutTab } from './stdout-tab.tsx';
import { WhyTab } from './why-tab.tsx';

export interface JobDetailsProps {
  readonly jobId: number;
  readonly tab: DetailsTab;
  readonly onTab: (tab: DetailsTab) => void;
  readonly onClose: () => void;
  readonly menuOf: (job: JobRow) => readonly MenuEntry[];
  readonly onDownload: (side: SandboxSide) => void;
  readonly onPilot: (stamp: string) => void;
  readonly onDuplicate: (jdl: string) => void;
  readonly onCopyId: (job: JobRow) => void;
}

function Unreadable({ error, retry }: { readonly error: unknown; readonly retry: () => void }): ReactNode {
  const { message, requestId } = faultOf(error);
  return (
    <ErrorBox title="The job could not be read" requestId={requestId} onRetry={retry}>
      {message}
    </ErrorBox>
  );
}

function Summary(props: { readonly job: JobRow } & JobDetailsProps): ReactNode {
  const { job } = props;
  const output = outputAvailability(job.status);
  return (
    <>
      <JobStatusBadge status={job.statusWord} look="full" />
      <span className="soft cut" title={job.minorStatus}>
        {job.minorStatus}
      </span>
      <span className="grow" />
      <Button
        icon="download"
        disabledReason={output.allowed ? undefined : output.reason}
        onClick={() => props.onDownload('output')}
      >
        Output
      </Button>
      <IconButton icon="copy" label="Copy ID" look="secondary" onClick={() => props.onCopyId(job)} />
      <MenuButton
        icon="more"
        label={`Actions for job ${job.jobId}`}
        iconOnly
        align="end"
        entries={props.menuOf(job)}
      />
    </>
  );
}

export function JobDetails(props: JobDetailsProps): ReactNode {
  const { jobId, tab, onTab } = props;
  const details = useQuery(jobQuery(jobId));
  const job = details.data && readJobRow({ JobID: jobId, ...details.data.attributes });
  const attributes = details.data?.attributes ?? {};
  const waits = isWaiting(job?.status);
  const why = {
    value: 'why',
    label: waits ? 'Why waiting?' : 'Why did it wait?',
    content: <WhyTab jobId={jobId} onDecision={() => onTab('decision')} />,
  } as const;
  return (
    <Drawer
      label={`Job ${jobId}`}
      title={job?.jobName ?? 'Job'}
      aside={String(jobId)}
      onClose={props.onClose}
      {...(job ? { summary: <Summary {...props} job={job} /> } : {})}
    >
      {details.data === undefined ? (
        details.error === null ? (
          <Skeleton label={`Reading job ${jobId}`} />
        ) : (
          <Unreadable
            error={details.error}
            retry={() => {
              void details.refetch();
            }}
          />
        )
      ) : (
        <Tabs
          label="Details of the job"
          value={tab}
          onChange={onTab}
          tabs={[
            ...(waits ? [why] : []),
            {
              value: 'overview',
              label: 'Overview',
              content: (
                <OverviewTab
                  jobId={jobId}
                  attributes={attributes}
                  pilotStamp={details.data.pilotStamp}
                  attempts={details.data.attempts}
                  onTab={onTab}
                  onPilot={props.onPilot}
                />
              ),
            },
            { value: 'jdl', label: 'JDL', content: <JdlTab jobId={jobId} onDuplicate={props.onDuplicate} /> },
            { value: 'attributes', label: 'Attributes', content: <AttributesTab attributes={attributes} /> },
            { value: 'parameters', label: 'Parameters', content: <ParametersTab jobId={jobId} /> },
            { value: 'logging', label: 'Logging info', content: <LoggingTab jobId={jobId} /> },
            {
              value: 'stdout',
              label: 'StdOut',
              content: <StdOutTab jobId={jobId} onSandbox={() => onTab('sandbox')} />,
            },
            {
              value: 'sandbox',
              label: 'Sandbox',
              content: <SandboxTab jobId={jobId} onDownload={props.onDownload} />,
            },
            ...(waits ? [] : [why]),
            {
              value: 'decision',
              label: 'Match decision',
              content: <DecisionTab jobId={jobId} attempts={details.data.attempts} onPilot={props.onPilot} />,
            },
          ]}
        />
      )}
    </Drawer>
  );
}
