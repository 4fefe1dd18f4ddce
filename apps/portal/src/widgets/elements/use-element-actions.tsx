/** What can be done with a site, a computing element or a batch queue wherever it is listed, and its dialogs. */
import { useToasts, type MenuEntry } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { elementStatuses, type ElementStatus } from '@wm/wms-core/vocabulary';
import { useMembership } from '../../server-state/me.ts';
import { endStatus, type Element } from '../../server-state/sites.ts';
import { faultOf } from '../grid-application/answer.tsx';
import { ElementHistory } from './element-history.tsx';
import { nameOf } from './element-words.ts';
import { StatusDialog } from './status-dialog.tsx';

const notAllowed = 'Needs a group with the property SiteManager';

export interface ElementActions {
  /** `isSaid`: a status was set on just this element. */
  readonly menuOf: (element: Element, isSaid: boolean) => readonly MenuEntry[];
  readonly dialogs: ReactNode;
}

export function useElementActions(): ElementActions {
  const toasts = useToasts();
  const [asked, ask] = useState<{ readonly element: Element; readonly status: ElementStatus }>();
  const [history, showHistory] = useState<Element>();
  const mayManage = useMembership()?.properties.includes('SiteManager') ?? false;
  const refusal = mayManage ? {} : { disabledReason: notAllowed };

  async function end(element: Element): Promise<void> {
    try {
      await endStatus(element);
      toasts.show({ text: `The configuration decides on ${nameOf(element)} again` });
    } catch (error) {
      toasts.show({ text: faultOf(error).message });
    }
  }

  return {
    menuOf: (element, isSaid) => [
      { kind: 'item', label: 'History', icon: 'clock', onSelect: () => showHistory(element) },
      {
        kind: 'branch',
        label: 'Set status',
        icon: 'edit',
        entries: elementStatuses.map((status) => ({
          kind: 'item',
          label: status,
          onSelect: () => ask({ element, status }),
        })),
        ...refusal,
      },
      {
        kind: 'item',
        label: 'End the status that was set',
        icon: 'undo',
        onSelect: () => void end(element),
        ...(isSaid ? refusal : { disabledReason: 'Nothing was said: the configuration decides' }),
      },
    ],
    dialogs: (
      <>
        {asked && (
          <StatusDialog
            {...asked}
            onCancel={() => ask(undefined)}
            onDone={(status) => {
              ask(undefined);
              toasts.show({ text: `${nameOf(asked.element)} is ${status} now` });
            }}
          />
        )}
        {history && <ElementHistory element={history} onClose={() => showHistory(undefined)} />}
      </>
    ),
  };
}
