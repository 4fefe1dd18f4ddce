/** The batch queues of a site or a computing element: status, pilots of the VO, what the pilot director decided. */
import { MenuButton, StatusPill, type MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { BatchQueue, Element } from '../../server-state/sites.ts';
import { directorWords, elementStatusLooks, nameOf, wordsOn } from './element-words.ts';
import './elements.css';

export interface QueueTableProps {
  readonly label: string;
  readonly queues: readonly BatchQueue[];
  /** What is said of the whole stands above the table: the rows need not repeat it. */
  readonly isSaidAbove: boolean;
  readonly time: (instant: string) => string;
  /** Without one the rows have no menu. */
  readonly menuOf?: ((element: Element) => readonly MenuEntry[]) | undefined;
}

function QueueRow({
  queue,
  ...props
}: Omit<QueueTableProps, 'queues' | 'label'> & { readonly queue: BatchQueue }): ReactNode {
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
        {word !== null && !props.isSaidAbove ? (
          <>
            <b>{word.reason}</b> <span className="muted">{wordsOn(word, props.time)}</span>
          </>
        ) : (
          <span className="soft">{directorWords(queue, props.time)}</span>
        )}
      </td>
      {props.menuOf && (
        <td className="site-tools">
          <MenuButton
            label={`Actions on ${nameOf(queue)}`}
            iconOnly
            look="quiet"
            align="end"
            entries={props.menuOf({ site, computingElement, batchQueue })}
          />
        </td>
      )}
    </tr>
  );
}

export function QueueTable({ label, queues, ...props }: QueueTableProps): ReactNode {
  return (
    <div className="element-queues">
      <table className="ruled site-queues" aria-label={label}>
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
            {props.menuOf && (
              <th scope="col">
                <span className="vh">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <QueueRow key={nameOf(queue)} queue={queue} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
