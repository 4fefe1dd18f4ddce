/** Every command by DIRAC's name. */
import type { Command } from './command.ts';
import { adminGetProxy } from './admin-get-proxy.ts';
import { bulkAbandon } from './bulk-abandon.ts';
import { bulkConfirm } from './bulk-confirm.ts';
import { bulkStatus } from './bulk-status.ts';
import { jobGetOutput } from './job-get-output.ts';
import { jobKill } from './job-kill.ts';
import { jobStatus } from './job-status.ts';
import { jobSubmit } from './job-submit.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { proxyDestroy } from './proxy-destroy.ts';
import { proxyGetUploadedInfo } from './proxy-get-uploaded-info.ts';
import { proxyInfo } from './proxy-info.ts';
import { proxyInit } from './proxy-init.ts';

export const commands: Readonly<Record<string, Command>> = {
  'dirac-login': login,
  'dirac-logout': logout,
  'dirac-proxy-init': proxyInit,
  'dirac-proxy-info': proxyInfo,
  'dirac-proxy-destroy': proxyDestroy,
  'dirac-proxy-get-uploaded-info': proxyGetUploadedInfo,
  'dirac-admin-get-proxy': adminGetProxy,
  'dirac-wms-job-submit': jobSubmit,
  'dirac-wms-job-status': jobStatus,
  'dirac-wms-job-get-output': jobGetOutput,
  'dirac-wms-job-kill': jobKill,
  'dirac-wms-bulk-status': bulkStatus,
  'dirac-wms-bulk-confirm': bulkConfirm,
  'dirac-wms-bulk-abandon': bulkAbandon,
};
