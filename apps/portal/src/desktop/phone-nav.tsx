/** Bottom navigation on phones: the applications used most, the rest under Menu. */
import { Icon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { activeDesktop } from './desktop-layout.ts';
import { useDesktop } from './use-desktop.tsx';

const placesLeft = 4;
/** Following jobs comes first on a phone. */
const favourites = ['job-monitor', 'job-launchpad', 'pilot-monitor', 'proxy-manager'];

export function PhoneNav({ onMenu }: { readonly onMenu: () => void }): ReactNode {
  const { layout, open, usable } = useDesktop();
  const { activeId } = activeDesktop(layout);
  const current = activeId === null ? undefined : layout.windows[activeId]?.applicationId;
  const rank = (id: string): number => (favourites.includes(id) ? favourites.indexOf(id) : favourites.length);
  const shown = usable.toSorted((a, b) => rank(a.id) - rank(b.id)).slice(0, placesLeft);
  return (
    <nav className="phone-nav" aria-label="Applications">
      {shown.map((application) => (
        <button
          key={application.id}
          type="button"
          aria-current={application.id === current || undefined}
          onClick={() => open({ applicationId: application.id })}
        >
          <Icon name={application.icon} />
          {application.title}
        </button>
      ))}
      <button type="button" onClick={onMenu}>
        <Icon name="menu" />
        More
      </button>
    </nav>
  );
}
