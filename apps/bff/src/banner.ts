/** What a person who tries the demo needs to know, on one screen. Pure. */
import type { Installation } from './installation.ts';
import type { Settings } from './settings.ts';

export interface BannerFacts {
  readonly url: string;
  readonly settings: Pick<Settings, 'dataFolder' | 'configurationFile'>;
  readonly installation: Installation;
  readonly logFile: string | undefined;
}

export function demoBanner({ url, settings, installation, logFile }: BannerFacts): string {
  const users = installation.demo?.users() ?? [];
  const width = Math.max(0, ...users.map(({ userName }) => userName.length));
  const userLines = users.map(
    ({ userName, password, displayName, groups }) =>
      `    ${userName.padEnd(width)}  password ${password}  ${displayName} (${groups.join(', ')})`,
  );
  return [
    '',
    `  Workload Manager ${installation.version} runs at  ${url}`,
    '',
    ...(users.length === 0 ? [] : ['  Log in with the stand-in Check-in as one of', ...userLines, '']),
    ...(installation.certificateOrigin === undefined
      ? []
      : [`  Certificates   ${installation.certificateOrigin}  (for programs that have one)`]),
    `  Data           ${settings.dataFolder}`,
    `  Configuration  ${settings.configurationFile}`,
    ...(logFile === undefined ? [] : [`  Log            ${logFile}`]),
    '  Stop with Ctrl+C.',
    '',
    '',
  ].join('\n');
}
