/** One site: its status with what was said of it, and a row for each of its batch queues. */
import { MenuButton, StatusPill, type MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { BatchQueue, Element } from '../../server-state/sites.ts';
import { directorWords, elementStatusLooks, nameOf, wordsOn, type SiteView } from './site-view.ts';

export interface SiteCardProps {
  readonly view: SiteView;
  readonly time: (instant: string) => string;
  readonly menuOf: (element: Element, queue: BatchQueue | undefined) => readonly MenuEntry[];
}

function QueueRow({
  queue,
  siteHasWord,
  ...props
}: Omit<SiteCardProps, 'view'> & {
  readonly queue: BatchQueue;
  readonly siteHasWord: boolean;
}): ReactNode {
  const { batchQueue, computingElement, pilots, site, status, word } = queue;
  return (
    <tr>
      <th scope="row">
        {computingElement} / {batchQueue}
      </th>
      <td className="soft">{queue.type}</td>
      <td>
        <StatusPill {...elementStatusLooks[status]} label={status} />
      </td>
      <td className="num">{pilots.waiting}</td>
      <td className="num">{pilots.idle}</td>
      <td className="num">{pilots.busy}</td>
      <td className="num soft">{queue.maxTotalPilots}</td>
      <td className="site-words">
        {word !== null && !siteHasWord ? (
          <>
            <b>{word.reason}</b> <span className="muted">{wordsOn(word, props.time)}</span>
          </>
        ) : (
          <span className="soft">{directorWords(queue, props.time)}</span>
        )}
      </td>
      <td className="site-tools">
        <MenuButton
          label={`Actions on ${nameOf(queue)}`}
          iconOnly
          look="quiet"
          align="end"
          entries={props.menuOf({ site, computingElement, batchQueue }, queue)}
        />
      </td>
    </tr>
  );
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
          entries={props.menuOf(element, undefined)}
        />
      </header>
      <table className="ruled site-queues" aria-label={`Batch queues of ${site}`}>
        <thead>
          <tr>
            <th scope="col">CE / Queue</th>
            <th scope="col">GridType</th>
            <th scope="col">Status</th>
            <th scope="col" className="num">
              Waiting
            </th>
            <th scope="col" className="num">
              Idle
            </th>
            <th scope="col" className="num">
              Busy
            </th>
            <th scope="col" className="num">
              Limit
            </th>
            <th scope="col">Pilot director</th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <QueueRow key={nameOf(queue)} {...{ queue, siteHasWord: word !== null }} {...props} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
