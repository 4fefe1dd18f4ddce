/** The My Account window: the account, its sessions and its history, one view at a time. */
import { Tabs } from '@wm/ui-kit';
import { useEffect, type ReactNode } from 'react';
import { useMe } from '../../server-state/me.ts';
import type { ApplicationProps } from '../application.ts';
import { AccountView } from './account-view.tsx';
import { EventsView } from './events-view.tsx';
import type { MyAccountState } from './my-account-state.ts';
import './my-account.css';
import { SessionsView } from './sessions-view.tsx';

export function MyAccount({ setState, setSubtitle, state }: ApplicationProps<MyAccountState>): ReactNode {
  const { userName } = useMe();
  const change = (part: Partial<MyAccountState>): void => setState((old) => ({ ...old, ...part }));
  useEffect(() => setSubtitle(userName), [setSubtitle, userName]);
  return (
    <div className="my-account">
      <Tabs
        label="Views"
        value={state.view}
        onChange={(view) => change({ view })}
        tabs={[
          { value: 'account', label: 'Who I am', content: <AccountView /> },
          { value: 'sessions', label: 'Where I am logged in', content: <SessionsView /> },
          {
            value: 'events',
            label: 'What happened',
            content: <EventsView scope={state.scope} onScope={(scope) => change({ scope })} />,
          },
        ]}
      />
    </div>
  );
}
