/** One resource whole: what it is, what is said of it, its batch queues with the pilots of the VO. */
import { Block, Button, Dialog, FactList, StatusPill } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { elementStatusLooks, nameOf, wordsOn } from '../../widgets/elements/element-words.ts';
import { QueueTable } from '../../widgets/elements/queue-table.tsx';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import type { Resource } from './resource-rows.ts';

const time = (instant: string): string => `${fullInstant(instant)} UTC`;

export interface ResourceOverviewProps {
  readonly resource: Resource;
  readonly onShowPilots: () => void;
  readonly onShowSite: () => void;
  readonly onClose: () => void;
}

export function ResourceOverview({ resource, ...props }: ResourceOverviewProps): ReactNode {
  const { gridType, lastCheckTime, queues, reason, resourceType, site, status, word } = resource;
  const name = nameOf(resource);
  return (
    <Dialog
      title={`Overview of ${name}`}
      wide
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onShowSite}>Show Site</Button>
          <Button onClick={props.onShowPilots}>Show Pilots</Button>
          <Button look="primary" onClick={props.onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className="stack">
        <Block title="Details">
          <FactList
            facts={[
              { name: 'Site', value: site },
              { name: 'ResourceType', value: `${resourceType}, ${gridType}` },
              {
                name: 'Status',
                value: <StatusPill {...elementStatusLooks[status]} label={status} />,
              },
              { name: 'Reason', value: reason },
              { name: 'Decided', value: word === null ? 'by the configuration' : wordsOn(word, time) },
              { name: 'LastCheckTime', value: lastCheckTime === null ? '' : time(lastCheckTime) },
            ]}
          />
        </Block>
        <Block title="Batch queues">
          <QueueTable
            label={`Batch queues of ${name}`}
            queues={queues}
            isSaidAbove={word !== null}
            time={time}
          />
        </Block>
      </div>
    </Dialog>
  );
}
