/** The applications of the portal, in the order of the menu: Tools first, then by name. To add one, add a line. */
import type { AnyApplication } from './application.ts';
import { jobLaunchpad } from './job-launchpad/application.ts';
import { jobMonitor } from './job-monitor/application.ts';
import { myAccount } from './my-account/application.ts';
import { notepad } from './notepad/application.ts';
import { pilotMonitor } from './pilot-monitor/application.ts';
import { pilotSummary } from './pilot-summary/application.ts';
import { proxyManager } from './proxy-manager/application.ts';
import { proxyUpload } from './proxy-upload/application.ts';
import { registryManager } from './registry-manager/application.ts';
import { resourceSummary } from './resource-summary/application.ts';
import { siteSummary } from './site-summary/application.ts';
import { systemHealth } from './system-health/application.ts';
import { tokenManager } from './token-manager/application.ts';

export const applications: readonly AnyApplication[] = [
  jobLaunchpad,
  myAccount,
  notepad,
  proxyUpload,
  jobMonitor,
  pilotMonitor,
  pilotSummary,
  proxyManager,
  registryManager,
  resourceSummary,
  siteSummary,
  systemHealth,
  tokenManager,
];

export const applicationOf = (id: string): AnyApplication | undefined =>
  applications.find((application) => application.id === id);
