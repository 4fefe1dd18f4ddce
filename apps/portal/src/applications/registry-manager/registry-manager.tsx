/** The Registry Manager window: requests, members and the trial of a log-in, one view at a time. */
import { useQuery } from '@tanstack/react-query';
import { Tabs } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useMembership } from '../../server-state/me.ts';
import { requestsQuery } from '../../server-state/registry.ts';
import { isOpen } from '../../widgets/membership/request-words.ts';
import '../../widgets/membership/membership.css';
import type { ApplicationProps } from '../application.ts';
import { MembersView } from './members-view.tsx';
import type { RegistryManagerState } from './registry-manager-state.ts';
import './registry-manager.css';
import { RequestsView } from './requests-view.tsx';
import { TrialView, emptyDraft } from './trial-view.tsx';

export function RegistryManager(props: ApplicationProps<RegistryManagerState>): ReactNode {
  const { setState, setSubtitle, state } = props;
  const requests = useQuery(requestsQuery);
  const [draft, setDraft] = useState(emptyDraft);
  const vo = useMembership()?.vo ?? '';
  const open = requests.data?.filter(isOpen).length ?? 0;
  const change = (part: Partial<RegistryManagerState>): void => setState((old) => ({ ...old, ...part }));
  useEffect(() => setSubtitle(vo), [setSubtitle, vo]);
  return (
    <div className="registry-manager">
      <Tabs
        label="Views"
        value={state.view}
        onChange={(view) => change({ view })}
        tabs={[
          {
            value: 'requests',
            label: open === 0 ? 'Requests' : `Requests (${open} open)`,
            content: <RequestsView query={requests} />,
          },
          { value: 'members', label: 'Members', content: <MembersView state={state} onState={change} /> },
          {
            value: 'trial',
            label: 'Try a log-in',
            content: <TrialView draft={draft} onDraft={(part) => setDraft((old) => ({ ...old, ...part }))} />,
          },
        ]}
      />
    </div>
  );
}
