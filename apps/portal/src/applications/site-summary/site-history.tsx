/** What was said of a site and what belongs to it, newest first. */
import { useQuery } from '@tanstack/react-query';
import { Button, Dialog, EmptyState, StatusPill } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { siteHistoryQuery, type PastWord } from '../../server-state/sites.ts';
import { Answer } from '../../widgets/grid-application/answer.tsx';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import { elementStatusLooks, nameOf } from './site-view.ts';

const endOf = ({ endedAt, endedBy, until }: PastWord): string => {
  if (endedAt !== null) return `${fullInstant(endedAt)}${endedBy === null ? '' : ` by ${endedBy}`}`;
  return until === null ? 'in force' : `in force until ${fullInstant(until)}`;
};

export function SiteHistory({
  site,
  onClose,
}: {
  readonly site: string;
  readonly onClose: () => void;
}): ReactNode {
  const query = useQuery(siteHistoryQuery(site));
  return (
    <Dialog
      title={`History of ${site}`}
      wide
      onClose={onClose}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <Answer query={query} what="The history">
        {(statuses) =>
          statuses.length === 0 ? (
            <EmptyState icon="clock" title="Nothing was said yet">
              The status of this site has always been that of the configuration.
            </EmptyState>
          ) : (
            <table className="ruled site-history" aria-label={`What was said of ${site}`}>
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
          )
        }
      </Answer>
    </Dialog>
  );
}
