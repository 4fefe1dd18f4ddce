/** Step 3: what the server holds now, for which groups, and where to go next. */
import { Button, FactList, Notice, Toolbar } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import type { UploadedProxy } from '../../server-state/proxies.ts';
import { StepTitle } from './step-title.tsx';
import { instantText, lifetimeText } from './wizard.ts';

export interface DoneStepProps {
  readonly uploaded: UploadedProxy;
  readonly onAgain: () => void;
  readonly onLaunchpad: () => void;
}

export function DoneStep({ uploaded, onAgain, onLaunchpad }: DoneStepProps): ReactNode {
  const { proxy, kept } = uploaded;
  const [nowMs] = useState(() => Date.now());
  const endsMs = Date.parse(proxy.validUntil);
  return (
    <>
      <div className="step-body">
        <StepTitle onEnter={onLaunchpad}>{kept ? 'Your stored proxy was kept' : 'Proxy uploaded'}</StepTitle>
        <Notice tone={kept ? 'info' : 'good'}>
          {kept
            ? `The proxy stored before lasts longer, until ${instantText(endsMs)}. It was kept, for the groups below, and the new one dropped.`
            : `It lasts until ${instantText(endsMs)}. Nothing else of your file was sent, and this page has forgotten it.`}
        </Notice>
        <FactList
          facts={[
            { name: 'User', value: proxy.userName },
            { name: 'Subject', value: proxy.subjectDn, mono: true },
            {
              name: 'Valid until',
              value: `${instantText(endsMs)} (${lifetimeText(endsMs - nowMs)} left)`,
            },
            { name: 'Groups', value: proxy.groups.join(', ') },
          ]}
        />
      </div>
      <Toolbar label="Step 3 of 3" place="foot">
        <Button onClick={onAgain}>Upload another</Button>
        <span className="grow" />
        <Button look="primary" icon="launch" onClick={onLaunchpad}>
          Open Job Launchpad
        </Button>
      </Toolbar>
    </>
  );
}
