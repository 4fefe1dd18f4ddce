/**
 * What is written into the audit log (credentials.md §11), as data: the word of each action and how it reads.
 * Words of DIRAC's proxy log stay DIRAC's, so that its logs can be read beside ours.
 */
export const auditActions = {
  'log in': 'Logged in',
  'refuse log in': 'Log-in refused',
  'log out': 'Logged out',
  'end session': 'Session ended from elsewhere',
  'log out at provider': 'Session ended by the identity provider',
  'revoke session': 'Session ended: its certificate was revoked',
  'request upload': 'Asked for a proxy upload',
  'store proxy': 'Proxy stored',
  'refuse proxy': 'Proxy refused',
  'delete proxy': 'Proxy deleted',
  'block proxy': 'Proxy blocked: its certificate was revoked',
  'download proxy': 'Proxy handed out',
  'download voms proxy': 'Proxy with VOMS attributes handed out',
  'issue proxy': 'Proxy issued without a certificate',
  'renew proxy': 'Proxy renewed by its provider while jobs need it',
  'approve token': 'Log-in elsewhere approved',
  'deny token': 'Log-in elsewhere denied',
  'issue token': 'Token issued',
  'refresh token': 'Token refreshed',
  'exchange token': 'Token issued to a DIRAC server',
  'revoke token': 'Token revoked',
  'reuse token': 'Used-up token came back, all revoked',
  'store token grant': 'Refresh token of an identity provider stored',
  'refresh token grant': 'Token and groups asked for anew at the identity provider',
  'lose token grant': 'Refresh token not taken any more by the identity provider',
  'revoke token grant': 'Refresh token revoked at the identity provider',
  'link certificate': 'Certificate linked',
  'unlink certificate': 'Certificate unlinked',
  'request membership': 'Membership asked for',
  'withdraw membership request': 'Request for membership withdrawn',
  'grant membership': 'Membership granted',
  'refuse membership': 'Membership refused',
  'end membership': 'Membership ended',
  'suspend account': 'Account suspended',
  'resume account': 'Suspension lifted',
  'export audit log': 'Audit log exported',
} as const;

export type AuditAction = keyof typeof auditActions;
