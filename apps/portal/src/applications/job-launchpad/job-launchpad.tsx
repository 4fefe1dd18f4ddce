/** Job Launchpad: choose a set, fill the form or write JDL, add files, submit, watch. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton, ErrorBox } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { launchpadQuery } from '../../server-state/launchpad.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import type { ApplicationProps } from '../application.ts';
import './job-launchpad.css';
import { LaunchPane } from './launch-pane.tsx';
import type { LaunchpadState } from './launchpad-state.ts';

export function JobLaunchpad(props: ApplicationProps<LaunchpadState>): ReactNode {
  const { data, error, refetch } = useQuery(launchpadQuery);
  if (data) return <LaunchPane {...props} offer={data} />;
  if (error === null)
    return (
      <div className="launchpad-wait">
        <Skeleton lines={8} label="Reading the job list" />
      </div>
    );
  const { message, requestId } = faultOf(error);
  return (
    <ErrorBox
      title="The job list could not be read"
      requestId={requestId}
      onRetry={() => {
        void refetch();
      }}
    >
      {message}
    </ErrorBox>
  );
}
