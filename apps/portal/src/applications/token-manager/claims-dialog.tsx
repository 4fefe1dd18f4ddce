/** What the last access token of a row says: claims, never the token. */
import { useQuery } from '@tanstack/react-query';
import { Button, CodeView, Dialog, FactList } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { tokenClaimsQuery, type ManagedToken } from '../../server-state/tokens.ts';
import { Answer } from '../../widgets/grid-application/answer.tsx';

export interface ClaimsDialogProps {
  readonly token: ManagedToken;
  readonly onClose: () => void;
}

export function ClaimsDialog({ token, onClose }: ClaimsDialogProps): ReactNode {
  const query = useQuery(tokenClaimsQuery(token));
  return (
    <Dialog
      title="Claims of the access token"
      onClose={onClose}
      wide
      footer={
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <FactList
        facts={[
          { name: 'User', value: token.userName },
          { name: 'Provider', value: token.provider },
          { name: 'Used by', value: token.usedBy },
          { name: 'Scopes', value: token.scopes, mono: true },
        ]}
      />
      <Answer query={query} what="The claims">
        {(claims) =>
          Object.keys(claims).length === 0 ? (
            <p className="soft">
              The access tokens of this provider are opaque: there is nothing to read in them.
            </p>
          ) : (
            <CodeView caption="Claims" code={JSON.stringify(claims, null, 2)} />
          )
        }
      </Answer>
    </Dialog>
  );
}
