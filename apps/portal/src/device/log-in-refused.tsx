/** Another application sent somebody here with a request that this installation does not take. */
import { Notice } from '@wm/ui-kit';
import type { ReactNode } from 'react';

/** By OAuth's word for the refusal. */
const reasons: Readonly<Record<string, string>> = {
  invalid_client: 'It is not known here. Its operators have to register it with this installation.',
  invalid_grant:
    'It wants the answer at an address that is not registered for it, or does not protect the answer as it must.',
  invalid_scope: 'It asks for a VO, a group or a right that does not exist here.',
  'service.unavailable':
    'The log-in service does not answer at the moment. Go back and try again in a few minutes.',
};

export function LogInRefused({ fault }: { readonly fault: string }): ReactNode {
  return (
    <div className="pad">
      <h1>This log-in cannot go on</h1>
      <p className="soft">An application sent you here with a request that was refused.</p>
      <Notice tone="fail">{reasons[fault] ?? 'The request cannot be read.'}</Notice>
      <p className="soft">
        Nothing was handed out. If you expected to get in, tell those who run the application:{' '}
        <code>{fault}</code>.
      </p>
      <p>
        <a href="/">Open the portal instead</a>
      </p>
    </div>
  );
}
