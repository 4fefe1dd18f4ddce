/** A desktop without windows: what to do first. */
import { Button } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { useDesktop } from './use-desktop.tsx';

export function EmptyDesktop(): ReactNode {
  const { usable, open } = useDesktop();
  return (
    <div className="empty-desk">
      <div className="empty-desk-box">
        <h2>This desktop is empty</h2>
        <p className="soft">
          Open an application from the menu or here. Several windows stand side by side; where they stand is
          kept for the next time.
        </p>
        {usable.length === 0 ? (
          <p className="soft">Your group may use no application of this portal.</p>
        ) : (
          <ul className="empty-desk-apps">
            {usable.map((application) => (
              <li key={application.id}>
                <Button icon={application.icon} onClick={() => open({ applicationId: application.id })}>
                  {application.title}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <p className="muted xs">
          <kbd className="key">Ctrl K</kbd> finds applications, groups and commands.{' '}
          <kbd className="key">?</kbd> lists all keys.
        </p>
      </div>
    </div>
  );
}
