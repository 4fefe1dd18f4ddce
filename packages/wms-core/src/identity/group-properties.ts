/** Rights a group gives its members; names are DIRAC's and visible on the wire (credentials.md §2.2). */
export const groupProperties = [
  'NormalUser', // submit and manage own jobs
  'JobSharing', // manage jobs of the same group
  'JobMonitor', // read every job of the VO
  'JobAdministrator', // every right on every job of the VO except Submit
  'GenericPilot', // match jobs of the VO
  'FullDelegation', // take full proxies of members of the VO; with ServiceAdministrator of every VO
  'LimitedDelegation', // take limited ones of them
  'PrivateLimitedDelegation', // take limited ones of oneself, for groups that have this too
  'ProxyManagement', // see and delete proxies of others in the VO
  'Operator', // see pilots and sites of the whole installation
  'SiteManager',
  'ServiceAdministrator',
  'CSAdministrator', // configuration; export of the audit log
  'UserManager', // members of the VO: requests, suspension, links
  'AccountingMonitor',
] as const;

export type GroupProperty = (typeof groupProperties)[number];
