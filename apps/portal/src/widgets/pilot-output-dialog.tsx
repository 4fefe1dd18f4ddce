/** What a pilot wrote: standard output, standard error and its log, in one dialog. Two applications show it. */
import { useQuery } from '@tanstack/react-query';
import { Dialog, LogView, Segmented } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { pilotOutputQuery } from '../server-state/pilots.ts';
import { Answer } from './grid-application/answer.tsx';

export type PilotPart = 'stdout' | 'stderr' | 'log';

const titles: Readonly<Record<PilotPart, string>> = { stdout: 'StdOut', stderr: 'StdErr', log: 'Pilot log' };
const empties: Readonly<Record<PilotPart, string>> = {
  stdout: 'Pilot output is empty.',
  stderr: 'Pilot error is empty.',
  log: 'The pilot has not written to its log.',
};

export interface PilotOutputDialogProps {
  readonly stamp: string;
  readonly part: PilotPart;
  readonly onClose: () => void;
}

export function PilotOutputDialog({ stamp, part, onClose }: PilotOutputDialogProps): ReactNode {
  const [shown, setShown] = useState(part);
  const output = useQuery(pilotOutputQuery(stamp));
  return (
    <Dialog title={`Pilot ${stamp.slice(0, 12)}`} onClose={onClose} wide>
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
          {(data) => <LogView text={data[shown]} label={titles[shown]} emptyText={empties[shown]} />}
        </Answer>
      </div>
    </Dialog>
  );
}
