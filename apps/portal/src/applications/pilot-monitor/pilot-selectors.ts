/** The selectors of the Pilot Monitor (wms.md §6.1). */
import { pilotStatuses } from '@wm/wms-core/vocabulary';
import type { FilterSpec } from '../../widgets/grid-application/filters.ts';

export const pilotFilterSpec: FilterSpec = {
  choices: [
    { attribute: 'Status', label: 'Status', known: pilotStatuses },
    { attribute: 'GridSite', label: 'Site' },
    { attribute: 'DestinationSite', label: 'Computing Element' },
    { attribute: 'VO', label: 'VO' },
  ],
  span: { attribute: 'LastUpdateTime', label: 'LastUpdate' },
  text: { attribute: 'PilotJobReference', label: 'PilotJobReference' },
  pilots: { attribute: 'PilotStamp', label: 'Pilot stamp(s)' },
};
