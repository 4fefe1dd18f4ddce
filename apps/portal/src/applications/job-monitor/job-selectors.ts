/** The selectors of the Job Monitor, in the order users know (portal.md §2.2). */
import { jobStatuses } from '@wm/wms-core/vocabulary';
import type { FilterSpec } from '../../widgets/grid-application/filters.ts';

export const jobFilterSpec: FilterSpec = {
  choices: [
    { attribute: 'Site', label: 'Site' },
    { attribute: 'Status', label: 'Status', known: jobStatuses },
    { attribute: 'MinorStatus', label: 'Minor Status' },
    { attribute: 'ApplicationStatus', label: 'Application Status' },
    { attribute: 'Owner', label: 'Owner' },
    { attribute: 'OwnerGroup', label: 'OwnerGroup' },
    { attribute: 'VO', label: 'VO' },
    { attribute: 'JobGroup', label: 'Job Group' },
    { attribute: 'JobType', label: 'Job Type' },
  ],
  span: { attribute: 'LastUpdateTime', label: 'LastUpdate' },
  text: { attribute: 'JobName', label: 'JobName' },
  ids: { attribute: 'JobID', label: 'JobID(s)' },
  pilots: { label: 'Pilot Job Reference(s)' },
};
