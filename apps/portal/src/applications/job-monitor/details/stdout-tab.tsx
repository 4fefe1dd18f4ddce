/** What the payload printed: a live tail while it runs, the last lines it sent afterwards. */
import { useQuery } from '@tanstack/react-query';
import { EmptyState, LinkButton, LogView, Segmented } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { isPayloadFinal, type JobStatus } from '@wm/wms-core/vocabulary';
import { jobPeekQuery } from '../../../server-state/jobs.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { fullInstant } from '../../../widgets/grid-application/instants.ts';

/** New lines come with heartbeats, which ring no bell; so an open tail looks for them itself. */
const tailEveryMs = 2000;

type Stream = 'stdout' | 'stderr';
const names: Readonly<Record<Stream, string>> = { stdout: 'StdOut', stderr: 'StdErr' };

function Nothing({ status, stream }: { readonly status: JobStatus; readonly stream: Stream }): ReactNode {
  if (isPayloadFinal(status))
    return (
      <EmptyState icon="file" title={`${names[stream]} is empty`}>
        The job sent no lines before it ended.
      </EmptyState>
    );
  const runs = status === 'Running' || status === 'Completing';
  return (
    <EmptyState icon="clock" title={runs ? 'No lines yet' : 'Not accessible yet'}>
      {runs ? 'They appear here as the job prints them.' : `The job is ${status}; it prints when it runs.`}
    </EmptyState>
  );
}

export interface StdOutTabProps {
  readonly jobId: number;
  readonly onSandbox: () => void;
}

export function StdOutTab({ jobId, onSandbox }: StdOutTabProps): ReactNode {
  const [stream, setStream] = useState<Stream>('stdout');
  const peek = useQuery({
    ...jobPeekQuery(jobId),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isPayloadFinal(state.data.status) ? false : tailEveryMs,
  });
  return (
    <>
      <div className="tab-tools">
        <Segmented
          label="Which output"
          value={stream}
          onChange={setStream}
          options={[
            { value: 'stdout', label: names.stdout },
            { value: 'stderr', label: names.stderr },
          ]}
        />
        <span className="grow" />
        {peek.data?.at != null && (
          <span className="muted xs">Last lines, sent {fullInstant(peek.data.at).slice(11)} UTC</span>
        )}
      </div>
      <Answer query={peek} what="The output">
        {(data) => {
          const text = data[stream] ?? '';
          const isOver = isPayloadFinal(data.status);
          return (
            <>
              {text === '' ? (
                <Nothing status={data.status} stream={stream} />
              ) : (
                <LogView text={text} isLive={!isOver} label={names[stream]} />
              )}
              {isOver && (
                <p className="muted xs">
                  The whole output is in the output sandbox.{' '}
                  <LinkButton onClick={onSandbox}>Open Sandbox</LinkButton>
                </p>
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}
