/** Runs the commands of the context menu; what they need of the server is read when they run. */
import { useQueryClient } from '@tanstack/react-query';
import { copyText, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { applicationLink } from '../../desktop/links.ts';
import { jobJdlQuery, jobQuery } from '../../server-state/jobs.ts';
import { readArchives, type SandboxSide } from '../../server-state/sandboxes.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import { startDownload } from '../../widgets/grid-application/browser-actions.ts';
import { PilotOutputDialog, type PilotPart } from '../../widgets/pilot-output-dialog.tsx';
import type { OpenRequest } from '../application.ts';
import type { DetailsTab, JobCommand } from './job-menu.ts';
import type { JobRow } from './job-row.ts';
import type { JobActions } from './use-job-actions.tsx';

export interface JobCommandsOptions {
  /** For links: whoever opens one acts in the same group, if he is in it. */
  readonly group: string;
  readonly open: (request: OpenRequest) => void;
  readonly actions: JobActions;
  readonly onDetails: (jobId: number, tab: DetailsTab) => void;
  readonly onSameAs: (attribute: string, value: string) => void;
}

export interface JobCommands {
  readonly run: (command: JobCommand, job: JobRow) => void;
  readonly download: (jobId: number, side: SandboxSide) => void;
  readonly showPilot: (stamp: string) => void;
  readonly dialog: ReactNode;
}

export function useJobCommands({
  group,
  open,
  actions,
  onDetails,
  onSameAs,
}: JobCommandsOptions): JobCommands {
  const client = useQueryClient();
  const toasts = useToasts();
  const [pilot, setPilot] = useState<{ readonly stamp: string; readonly part: PilotPart }>();

  /** Errors of a command are said in a toast: there is no other place for them. */
  function attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => toasts.show({ text: faultOf(error).message, tone: 'error' }));
  }
  const showPilot = (stamp: string): void =>
    open({ applicationId: 'pilot-monitor', state: { pilotStamp: stamp } });
  const withPilot = (jobId: number, use: (stamp: string) => void): void =>
    attempt(async () => {
      const { pilotStamp } = await client.fetchQuery(jobQuery(jobId));
      if (pilotStamp === null) toasts.show({ text: `No pilot has taken job ${jobId} yet.` });
      else use(pilotStamp);
    });
  const download = (jobId: number, side: SandboxSide): void =>
    attempt(async () => {
      const archives = await readArchives(jobId, side);
      if (archives.length === 0) toasts.show({ text: `Job ${jobId} has no ${side} sandbox.` });
      for (const { url, fileName } of archives) startDownload(url, fileName);
    });
  const copy = (text: string, what: string): void =>
    attempt(async () => {
      const copied = await copyText(text);
      toasts.show({ text: copied ? `${what} copied` : `The browser does not allow copying: ${text}` });
    });

  function run(command: JobCommand, job: JobRow): void {
    const { jobId } = job;
    switch (command.kind) {
      case 'details':
        return onDetails(jobId, command.tab);
      case 'act':
        return actions.ask(command.action, [jobId], new Map([[jobId, job]]));
      case 'pilotOutput':
        return withPilot(jobId, (stamp) => setPilot({ stamp, part: command.part }));
      case 'showPilot':
        return withPilot(jobId, showPilot);
      case 'sandbox':
        return download(jobId, command.side);
      case 'duplicate':
        return attempt(async () => {
          const jdl = await client.fetchQuery(jobJdlQuery(jobId, true));
          open({ applicationId: 'job-launchpad', state: { jdl } });
        });
      case 'copyId':
        return copy(String(jobId), `Job id ${jobId}`);
      case 'copyLink':
        return copy(applicationLink(location.origin, 'job-monitor', { jobIds: [jobId] }, group), 'Link');
      case 'sameAs':
        return onSameAs(command.attribute, command.value);
    }
  }

  return {
    run,
    download,
    showPilot,
    dialog: pilot && (
      <PilotOutputDialog
        {...pilot}
        onShowPilot={() => {
          setPilot(undefined);
          showPilot(pilot.stamp);
        }}
        onClose={() => setPilot(undefined)}
      />
    ),
  };
}
