/** Every command by DIRAC's name. */
import type { Command } from './command.ts';
import { jobGetOutput } from './job-get-output.ts';
import { jobKill } from './job-kill.ts';
import { jobStatus } from './job-status.ts';
import { jobSubmit } from './job-submit.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';

export const commands: Readonly<Record<string, Command>> = {
  'dirac-login': login,
  'dirac-logout': logout,
  'dirac-wms-job-submit': jobSubmit,
  'dirac-wms-job-status': jobStatus,
  'dirac-wms-job-get-output': jobGetOutput,
  'dirac-wms-job-kill': jobKill,
};
