/** What was said of an element, of what belongs to it and of what it belongs to, newest first. */
import { useQuery } from '@tanstack/react-query';
import { Button, Dialog, EmptyState, StatusPill } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { siteHistoryQuery, type Element, type PastWord } from '../../server-state/sites.ts';
import { Answer } from '../grid-application/answer.tsx';
import { fullInstant } from '../grid-application/instants.ts';
import { elementStatusLooks, nameOf } from './element-words.ts';

const endOf = ({ endedAt, endedBy, until }: PastWord): string => {
  if (endedAt !== null) return `${fullInstant(endedAt)}${endedBy === null ? '' : ` by ${endedBy}`}`;
  return until === null ? 'in force' : `in force until ${fullInstant(until)}`;
};

/** Empty names mean all, so words on a whole site concern its computing elements too. */
const concerns = (element: Element, word: PastWord): boolean =>
  (['computingElement', 'batchQueue'] as const).every(
    (part) => element[part] === '' || word[part] === '' || word[part] === element[part],
  );

export function ElementHistory({
  element,
  onClose,
}: {
  readonly element: Element;
  readonly onClose: () => void;
}): ReactNode {
  const query = useQuery(siteHistoryQuery(element.site));
  const name = nameOf(element);
  return (
    <Dialog
      title={`History of ${name}`}
      wide
      onClose={onClose}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <Answer query={query} what="The history">
        {(all) => {
          const statuses = all.filter((word) => concerns(element, word));
          return statuses.length === 0 ? (
            <EmptyState icon="clock" title="Nothing was said yet">
              Its status has always been that of the configuration.
            </EmptyState>
          ) : (
            <table className="ruled element-history" aria-label={`What was said of ${name}`}>
              <thead>
                <tr>
                  <th scope="col">Element</th>
                  <th scope="col">Status</th>
                  <th scope="col">Reason</th>
                  <th scope="col">DateEffective[UTC]</th>
                  <th scope="col">End[UTC]</th>
                </tr>
              </thead>
              <tbody>
                {statuses.map((each) => (
                  <tr key={`${each.setAt} ${nameOf(each)}`}>
                    <th scope="row">{nameOf(each)}</th>
                    <td>
                      <StatusPill {...elementStatusLooks[each.status]} label={each.status} />
                    </td>
                    <td>{each.reason}</td>
                    <td className="num">
                      {fullInstant(each.setAt)} by {each.setBy}
                    </td>
                    <td className="num">{endOf(each)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Answer>
    </Dialog>
  );
}
