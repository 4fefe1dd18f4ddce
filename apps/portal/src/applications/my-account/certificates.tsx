/** Certificates that belong to the account, by their names. */
import { Block, CopyButton } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { useMe } from '../../server-state/me.ts';

export function Certificates(): ReactNode {
  const { distinguishedNames } = useMe();
  return (
    <Block title="Certificates">
      {distinguishedNames.length === 0 ? (
        <p className="soft">
          None yet. The first proxy that you upload links its certificate to your account.
        </p>
      ) : (
        <ul className="account-list" aria-label="Certificates">
          {distinguishedNames.map((dn) => (
            <li key={dn}>
              <span className="mono grow">{dn}</span>
              <CopyButton text={dn} label={`Copy ${dn}`} />
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}
