/** Attributes, parameters, logging info and the JDL of one job. */
import { useQuery } from '@tanstack/react-query';
import { Button, CodeView, Segmented } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { jobJdlQuery, jobLoggingQuery, jobParametersQuery } from '../../../server-state/jobs.ts';
import { valueText } from '../../../server-state/search-page.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { fullInstant, shortInstant } from '../../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../../widgets/grid-application/use-now.ts';
import { JobStatusBadge } from '../../../widgets/job-status-badge.tsx';
import { jdlWords } from '../jdl-words.ts';
import type { LoggingRecord } from '../job-timeline.ts';
import { NameValueTable } from './name-value-table.tsx';

export function AttributesTab({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): ReactNode {
  const rows = Object.entries(attributes).map(([name, value]) => ({
    name,
    value: name.endsWith('Time') ? fullInstant(value) : valueText(value),
  }));
  return <NameValueTable label="Attributes" rows={rows} empty="This job has no attributes" />;
}

export function ParametersTab({ jobId }: { readonly jobId: number }): ReactNode {
  const parameters = useQuery(jobParametersQuery(jobId));
  return (
    <Answer query={parameters} what="The parameters">
      {(list) => {
        const attempts = new Set(list.map((parameter) => parameter.attempt));
        const rows = list
          .filter((parameter) => parameter.name !== 'StandardOutput')
          .map(({ name, value, attempt }) => ({
            name,
            value,
            ...(attempts.size > 1 ? { remark: `attempt ${attempt}` } : {}),
          }));
        return (
          <NameValueTable
            label="Parameters"
            rows={rows}
            empty="No parameters yet: the worker node writes them when the job starts"
          />
        );
      }}
    </Answer>
  );
}

/** `JobWrapper@EGI.Demo.org` may break after the @. */
const breakable = (source: string): string => source.replace('@', '@\u200B');

type Records = readonly LoggingRecord[];

function LoggingTable({ records }: { readonly records: Records }): ReactNode {
  const nowMs = useNowMs(undefined);
  return (
    <table className="ruled logging" aria-label="Logging info">
      <thead>
        <tr>
          <th scope="col">Time [UTC]</th>
          <th scope="col">Status</th>
          <th scope="col">Minor Status, Application Status</th>
          <th scope="col">Source</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record, index) => (
          // Records have no key of their own and never change places.
          // oxlint-disable-next-line react/no-array-index-key
          <tr key={index}>
            <td className="time" title={fullInstant(record.StatusTime)}>
              {shortInstant(record.StatusTime, nowMs)}
            </td>
            <td>
              <JobStatusBadge status={record.Status} look="bare" />
            </td>
            <td>
              {record.MinorStatus}
              {record.ApplicationStatus !== 'Unknown' && (
                <div className="muted">{record.ApplicationStatus}</div>
              )}
            </td>
            <td className="soft">{breakable(record.Source)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function LoggingTab({ jobId }: { readonly jobId: number }): ReactNode {
  const logging = useQuery(jobLoggingQuery(jobId));
  return (
    <Answer query={logging} what="The logging info">
      {(records) => <LoggingTable records={records} />}
    </Answer>
  );
}

export interface JdlTabProps {
  readonly jobId: number;
  readonly onDuplicate: (jdl: string) => void;
}

export function JdlTab({ jobId, onDuplicate }: JdlTabProps): ReactNode {
  const [which, setWhich] = useState<'processed' | 'original'>('processed');
  const jdl = useQuery(jobJdlQuery(jobId, which === 'original'));
  return (
    <>
      <div className="tab-tools">
        <Segmented
          label="Version of the JDL"
          value={which}
          onChange={setWhich}
          options={[
            { value: 'processed', label: 'As stored' },
            { value: 'original', label: 'As sent' },
          ]}
        />
        <span className="grow" />
        <Button icon="edit" onClick={() => onDuplicate(jdl.data ?? '')}>
          Duplicate & edit…
        </Button>
      </div>
      <Answer query={jdl} what="The JDL">
        {(text) => <CodeView caption={`JDL of job ${jobId}`} code={jdlWords(text)} />}
      </Answer>
    </>
  );
}
