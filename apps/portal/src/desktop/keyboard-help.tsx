/** The list of keys, opened by `?`. */
import { Dialog } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { keyHelp } from './desktop-keys.ts';

export function KeyboardHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keyboard" onClose={onClose} wide>
      <div className="key-help">
        {keyHelp.map((part) => (
          <section key={part.title}>
            <h3>{part.title}</h3>
            <dl>
              {part.rows.map(([keys, does]) => (
                <div key={keys}>
                  <dt>
                    <kbd className="key">{keys}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
