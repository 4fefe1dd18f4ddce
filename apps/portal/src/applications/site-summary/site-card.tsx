/** One site: its status with what was said of it, and a row for each of its batch queues. */
import { MenuButton, StatusPill, type MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Element } from '../../server-state/sites.ts';
import { elementStatusLooks, wordsOn } from '../../widgets/elements/element-words.ts';
import { QueueTable } from '../../widgets/elements/queue-table.tsx';
import type { SiteView } from './site-view.ts';

export interface SiteCardProps {
  readonly view: SiteView;
  readonly time: (instant: string) => string;
  readonly menuOf: (element: Element) => readonly MenuEntry[];
}

export function SiteCard({ view, ...props }: SiteCardProps): ReactNode {
  const { queues, site, status, word } = view;
  const element: Element = { site, computingElement: '', batchQueue: '' };
  return (
    <section className="block site-card" aria-label={site}>
      <header>
        <h4>{site}</h4>
        <StatusPill {...elementStatusLooks[status]} label={status} />
        {word !== null && (
          <span className="site-words">
            <b>{word.reason}</b> <span className="muted">{wordsOn(word, props.time)}</span>
          </span>
        )}
        <span className="grow" />
        <MenuButton
          label={`Actions on ${site}`}
          iconOnly
          look="quiet"
          align="end"
          entries={props.menuOf(element)}
        />
      </header>
      <QueueTable
        label={`Batch queues of ${site}`}
        queues={queues}
        isSaidAbove={word !== null}
        time={props.time}
        menuOf={props.menuOf}
      />
    </section>
  );
}
