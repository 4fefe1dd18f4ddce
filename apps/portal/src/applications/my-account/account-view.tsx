/** Who one is here: names, groups with what they allow, certificates, and the way into further VOs. */
import { Block, FactList } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { useMe, useSession } from '../../server-state/me.ts';
import { AskForMembership } from '../../widgets/membership/ask-for-membership.tsx';
import { OwnRequests } from '../../widgets/membership/own-requests.tsx';
import { Certificates } from './certificates.tsx';
import { LogIns } from './log-ins.tsx';
import { wayWords } from './session-words.ts';

function Groups(): ReactNode {
  const { memberships } = useMe();
  const { group: active } = useSession();
  return (
    <Block title="Groups">
      <table className="ruled" aria-label="Groups">
        <thead>
          <tr>
            <th scope="col">VO</th>
            <th scope="col">Group</th>
            <th scope="col">Properties</th>
          </tr>
        </thead>
        <tbody>
          {memberships.map(({ group, properties, vo }) => (
            <tr key={group}>
              <td>{vo}</td>
              <th scope="row">
                {group === active ? <b>{group}</b> : group}
                {group === active && <span className="muted"> (you act in it)</span>}
              </th>
              <td>{properties.join(', ') || <span className="muted">none</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Block>
  );
}

export function AccountView(): ReactNode {
  const me = useMe();
  return (
    <div className="account-page account-columns">
      <div className="account-column">
        <Block title="Person">
          <FactList
            facts={[
              { name: 'Name', value: me.displayName },
              { name: 'User name', value: me.userName },
              { name: 'E-mail', value: me.email ?? '' },
              { name: 'Logged in with', value: wayWords(me.loginWay) },
            ]}
          />
        </Block>
        <LogIns />
        <Certificates />
      </div>
      <div className="account-column">
        <Groups />
        <Block title="Ask to become a member of another VO">
          <AskForMembership empty={<p className="soft">No other VO takes requests here.</p>} />
        </Block>
        <Block title="My requests">
          <OwnRequests empty="You have asked nobody yet." />
        </Block>
      </div>
    </div>
  );
}
