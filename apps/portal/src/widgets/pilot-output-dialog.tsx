/**
 * What a pilot wrote: standard output, standard error and its log, in one dialog that follows the pilot while it is open
 * and in view. Two applications show it.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, Dialog, LinkButton, LogView, Notice, Segmented } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { pilotOutputQuery, type PilotOutput } from '../server-state/pilots.ts';
import { Answer, faultOf } from './grid-application/answer.tsx';
import { fullInstant } from './grid-application/instants.ts';
import { PilotStatusBadge } from './pilot-status-badge.tsx';

export type PilotPart = 'stdout' | 'stderr' | 'log';

const titles: Readonly<Record<PilotPart, string>> = { stdout: 'StdOut', stderr: 'StdErr', log: 'Pilot log' };
const empties: Readonly<Record<PilotPart, string>> = {
  stdout: 'Pilot output is empty.',
  stderr: 'Pilot error is empty.',
  log: 'The pilot has not written to its log.',
};

/** Whether more may come, in words. */
function endWords({ endedAt, source, status }: PilotOutput): string {
  if (endedAt === null)
    return status === 'Running'
      ? 'It runs: more may come, and is shown by itself.'
      : 'It has not started yet.';
  const end = `Ended ${fullInstant(endedAt)} UTC`;
  return source === 'kept' ? `${end}. This is the end of it.` : `${end}. The last of it is being fetched.`;
}

function OutputState({ output }: { readonly output: PilotOutput }): ReactNode {
  return (
    <div className="pilot-output-state" role="status">
      <PilotStatusBadge status={output.status} />
      <span className="soft">{output.statusReason}</span>
      <span className="grow" />
      <span className="muted xs">{endWords(output)}</span>
    </div>
  );
}

export interface PilotOutputDialogProps {
  readonly stamp: string;
  readonly part: PilotPart;
  /** Where the reader goes from here; left out where he came from there. */
  readonly onShowPilot?: (() => void) | undefined;
  readonly onShowJobs?: (() => void) | undefined;
  readonly onClose: () => void;
}

export function PilotOutputDialog({ stamp, part, onClose, ...links }: PilotOutputDialogProps): ReactNode {
  const [shown, setShown] = useState(part);
  const output = useQuery(pilotOutputQuery(stamp));
  return (
    <Dialog
      title={`Pilot ${stamp.slice(0, 12)}`}
      onClose={onClose}
      wide
      footer={
        <>
          {links.onShowJobs && <LinkButton onClick={links.onShowJobs}>Show its jobs</LinkButton>}
          {links.onShowPilot && <LinkButton onClick={links.onShowPilot}>Show pilot</LinkButton>}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className="pilot-output">
        <div>
          <Segmented
            label="Part of the output"
            value={shown}
            onChange={setShown}
            options={[
              { value: 'stdout', label: titles.stdout },
              { value: 'stderr', label: titles.stderr },
              { value: 'log', label: titles.log },
            ]}
          />
        </div>
        <Answer query={output} what="The output of the pilot">
          {(data) => (
            <>
              <OutputState output={data} />
              {output.isError && (
                <Notice tone="fail">
                  What you see is old; it could not be read again: {faultOf(output.error).message}
                </Notice>
              )}
              {data.remark !== null && shown !== 'log' && <Notice>{data.remark}</Notice>}
              <LogView
                text={data.texts[shown]}
                label={titles[shown]}
                emptyText={empties[shown]}
                isLive={data.source !== 'kept'}
              />
            </>
          )}
        </Answer>
      </div>
    </Dialog>
  );
}
