/**
 * The installation the bad-input tests hit: small limits, a trust folder of a test authority, and three sites.
 * Pilots of `EGI.Real.org` are real; those of `EGI.Captive.org` only leave their token behind, so that a test can
 * speak as the pilot; `EGI.Idle.org` never gets one, so jobs sent there stay as they are.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trustFolderFiles, type TestPki } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';

export const limits = {
  inputSandboxBytes: 262_144,
  sandboxFiles: 10,
  sandboxUnpackedBytes: 1_048_576,
};

/** Signs presigned addresses; known here, so that a test can make one that has ended. */
export const signingKey = '5c'.repeat(32);

/** What a pilot is told by its computing element. */
export interface CaptivePilot {
  readonly token: string;
  readonly stamp: string;
  readonly processId: number;
}

export interface Installation {
  /** Settings of the server. */
  readonly environment: Readonly<Record<string, string>>;
  captivePilots(): Promise<readonly CaptivePilot[]>;
  /** Ends the captive processes; they outlive a server that is killed, as real ones do. */
  endPilots(): Promise<void>;
}

// The file is gone for good only after the copy is whole, so a reader never sees half of one.
const captiveScript = (folder: string): string => `#!/bin/sh
cp "$WM_PILOT_CONFIG" '${folder}'/$$.part && mv '${folder}'/$$.part '${folder}'/$$.json
exec sleep 900
`;

const group = (users: readonly string[]) => ({ properties: ['NormalUser'], users });
const queue = (pilots: number) => ({ maxTotalPilots: pilots, maxWaitingPilots: pilots });

const configurationOf = (captiveNode: string): object => ({
  vos: {
    'vo.access.egi.eu': {
      defaultGroup: 'access_user',
      groups: {
        access_user: group(['mkolar', 'iortega', 'pnovak', 'hberg', 'swang', 'visitor']),
        access_monitor: { properties: ['JobMonitor'], users: ['iortega'] },
      },
    },
    'training.egi.eu': {
      defaultGroup: 'training_user',
      groups: { training_user: group(['jlind']) },
    },
  },
  users: {
    mkolar: { displayName: 'Marta Kolar' },
    iortega: { displayName: 'Ines Ortega' },
    jlind: { displayName: 'Jonas Lind' },
    pnovak: { displayName: 'Petra Novak' },
    hberg: { displayName: 'Hanna Berg' },
    swang: { displayName: 'Shan Wang' },
    visitor: { displayName: 'Vera Visitor' },
  },
  sites: {
    'EGI.Real.org': {
      computingElements: { 'real.ce': { type: 'local', queues: { real: queue(2) } } },
    },
    'EGI.Captive.org': {
      computingElements: {
        'captive.ce': {
          type: 'local',
          parameters: { nodeExecutable: captiveNode },
          queues: { captive: queue(8) },
        },
      },
    },
    'EGI.Idle.org': {
      computingElements: { 'idle.ce': { type: 'local', queues: { idle: queue(0) } } },
    },
  },
  limits,
  lifeCycle: { pilotIdleStopS: 60 },
});

/** `revoked`: certificates the test authority took back. */
export async function makeInstallation(
  folder: string,
  pki: TestPki,
  revoked: readonly Credential[],
): Promise<Installation> {
  const trustFolder = join(folder, 'trust');
  const captiveFolder = join(folder, 'captive');
  const configurationFile = join(folder, 'configuration.yaml');
  const captiveNode = join(folder, 'captive-node');
  await Promise.all([mkdir(trustFolder), mkdir(captiveFolder)]);
  const trusted = await trustFolderFiles(
    pki,
    revoked.map(({ certificate }) => certificate),
  );
  await Promise.all([
    ...Object.entries(trusted).map(([name, text]) => writeFile(join(trustFolder, name), text)),
    writeFile(captiveNode, captiveScript(captiveFolder), { mode: 0o755 }),
    // JSON is YAML too.
    writeFile(configurationFile, JSON.stringify(configurationOf(captiveNode), undefined, 2)),
  ]);
  const captivePilots = async (): Promise<readonly CaptivePilot[]> => {
    const names = (await readdir(captiveFolder)).filter((name) => name.endsWith('.json'));
    return Promise.all(
      names.map(async (name) => {
        const told = JSON.parse(await readFile(join(captiveFolder, name), 'utf8')) as CaptivePilot;
        return { token: told.token, stamp: told.stamp, processId: Number.parseInt(name, 10) };
      }),
    );
  };
  return {
    environment: { WM_CONFIG: configurationFile, WM_TRUST: trustFolder, WM_SIGNING_KEY: signingKey },
    captivePilots,
    endPilots: async () => {
      for (const { processId } of await captivePilots())
        try {
          process.kill(processId, 'SIGKILL');
        } catch {
          // It has ended already.
        }
    },
  };
}
