/**
 * From settings to an opened core: the pilot bundle, in demo mode the throw-away certification authority, and
 * the ports. Asked by `main.ts`.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleCli } from '@wm/cli/bundle';
import { bundlePilot } from '@wm/pilot/bundle';
import { makeSingleFile } from '@wm/pilot/single-file';
import { createCore, type CorePorts } from '@wm/wms-core';
import { systemClock, type Clock } from '@wm/wms-core/clock';
import { readConfiguration } from '@wm/wms-core/configuration';
import { authorityFiles, openIssuingAuthority, type IssuingAuthority } from '@wm/wms-core/issuing-authority';
import { prepareDemoAuthority, type DemoAuthority } from '@wm/wms-core/demo-authority';
import type { Logger } from '@wm/wms-core/logger';
import { standInIssuer } from './auth/stand-in/stand-in.ts';
import type { Addresses, OpenedCore, Watching } from './server.ts';
import type { Settings } from './settings.ts';

async function demoAuthority(settings: Settings): Promise<DemoAuthority | undefined> {
  if (settings.mode !== 'demo' || settings.oidc !== undefined) return undefined;
  const { values } = await readConfiguration({ path: settings.configurationFile, clock: systemClock });
  const users = Object.entries(values.users).map(([userName, { displayName }]) => ({
    userName,
    displayName,
  }));
  return prepareDemoAuthority({
    folder: join(settings.dataFolder, 'demo-authority'),
    users,
    clock: systemClock,
  });
}

/** A folder that is not there is a fault in production, and nothing to speak of in a demo. */
function trustFolders({ mode, trustFolder }: Settings, demo: DemoAuthority | undefined): readonly string[] {
  const own = mode === 'production' || existsSync(trustFolder) ? [trustFolder] : [];
  return demo === undefined ? own : [...own, demo.trustFolder];
}

interface Issuing {
  readonly authority: IssuingAuthority;
  readonly folder: string;
}

async function openIssuing(
  settings: Settings,
  publicOrigin: string,
  demo: DemoAuthority | undefined,
): Promise<Issuing | undefined> {
  const keyFile = settings.issuingAuthority ?? demo?.issuingKeyFile;
  if (keyFile === undefined) return undefined;
  const folder = join(settings.dataFolder, 'issuing-authority');
  const listUrl = `${publicOrigin}/bff/issuing-authority/${authorityFiles.revocationList}`;
  const authority = await openIssuingAuthority({
    keyFile,
    folder,
    listUrl,
    signCommand: settings.issuingAuthority === undefined ? undefined : settings.issuingCommand,
  });
  return { authority, folder };
}

/** Made once, when first asked for. */
function madeOnce(outFile: string, make: (outFile: string) => Promise<unknown>): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () =>
    (made ??= make(outFile).then(
      () => outFile,
      (error: unknown) => {
        made = undefined;
        throw error;
      },
    ));
}

export async function openCore(
  settings: Settings,
  addresses: Addresses,
  log: Logger,
  watching?: Watching,
  clock: Clock = systemClock,
): Promise<OpenedCore> {
  const { dataFolder, secrets } = settings;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const pilotBundlePath = join(dataFolder, 'pilot', 'pilot.mjs');
  const [demo] = await Promise.all([demoAuthority(settings), bundlePilot(pilotBundlePath)]);
  const issuing = await openIssuing(settings, addresses.publicOrigin, demo);
  const ports: CorePorts = {
    dataFolder,
    databaseUrl: settings.databaseUrl,
    clock,
    log,
    ...watching,
    publicUrl: addresses.publicOrigin,
    serverUrlForPilots: addresses.pilotOrigin,
    signingKey: secrets.signingKey,
    keyEncryptionKeys: [secrets.keyEncryptionKey, ...(settings.formerKeyEncryptionKeys ?? [])],
    trustFolders: [...trustFolders(settings, demo), ...(issuing === undefined ? [] : [issuing.folder])],
    issuingAuthority: issuing?.authority,
    isRevocationListRequired: settings.revocationLists === 'required',
    vomses: settings.vomses,
    vomsdir: settings.vomsdir,
    smtpUrl: settings.smtpUrl,
    configurationFile: settings.configurationFile,
    pilotBundlePath,
    singlePilotFile: madeOnce(join(dirname(pilotBundlePath), 'pilot.run'), (outFile) =>
      makeSingleFile({ pilotFile: pilotBundlePath, outFile }),
    ),
    outsideProviders: addresses.outsideProviders,
    standInIssuers: settings.oidc === undefined ? [standInIssuer] : [],
    configuredCertificates: demo?.configuredCertificates ?? [],
  };
  const core = await createCore(ports);
  return {
    core,
    database: core.database,
    demoCertificates: demo?.certificates ?? [],
    demoHostFile: demo?.hostFile,
    commandLine: madeOnce(join(dataFolder, 'cli', 'dirac.mjs'), bundleCli),
    issuingFolder: issuing?.folder,
  };
}
