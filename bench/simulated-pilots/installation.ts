/**
 * A throw-away installation whose pilots are simulated: the configuration file, and a program that the local
 * computing element takes for its Node.js but that runs `simulated-pilot.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLedger } from './ledger.ts';

export interface SimulatedInstallation {
  readonly configurationFile: string;
  readonly ledgerFolder: string;
  readonly userName: string;
  readonly group: string;
  /** Ends what is left of the pilots; they outlive the server like real ones. */
  endPilots(): void;
}

export interface SimulationOptions {
  readonly pilots: number;
  /** Jobs one pilot holds at once. */
  readonly slots: number;
  /** Mean duration of a payload. */
  readonly payloadMs: number;
  /** Part of the jobs that upload an output sandbox, 0 to 1. */
  readonly outputShare: number;
  /** Overrides of the life-cycle section. */
  readonly lifeCycle?: Readonly<Record<string, number>>;
}

const userName = 'mkolar';
const group = 'simulation_user';

export function makeSimulatedInstallation(folder: string, options: SimulationOptions): SimulatedInstallation {
  const ledgerFolder = join(folder, 'ledger');
  mkdirSync(ledgerFolder, { recursive: true });
  const launcher = join(folder, 'simulated-node');
  const program = join(import.meta.dirname, 'simulated-pilot.ts');
  const words = [
    process.execPath,
    program,
    ledgerFolder,
    options.slots,
    options.payloadMs,
    options.outputShare,
  ];
  writeFileSync(launcher, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')}\n`, { mode: 0o755 });
  const configurationFile = join(folder, 'simulation.yaml');
  // JSON is YAML too.
  writeFileSync(configurationFile, JSON.stringify(configurationOf(launcher, options), undefined, 2));
  return {
    configurationFile,
    ledgerFolder,
    userName,
    group,
    endPilots: () => {
      for (const line of readLedger(ledgerFolder)) if (line.kind === 'pilot') end(line.processId);
    },
  };
}

function end(processId: number): void {
  try {
    process.kill(processId, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}

const configurationOf = (launcher: string, options: SimulationOptions): object => ({
  vos: {
    'simulation.test': {
      defaultGroup: group,
      groups: { [group]: { properties: ['NormalUser'], users: [userName] } },
    },
  },
  users: { [userName]: { displayName: 'Marta Kolar', email: 'marta.kolar@example.org' } },
  sites: {
    'EGI.Simulation.org': {
      vos: ['simulation.test'],
      computingElements: {
        'simulated.ce': {
          type: 'local',
          parameters: { nodeExecutable: launcher },
          queues: {
            simulated: {
              maxTotalPilots: options.pilots,
              maxWaitingPilots: options.pilots,
              maxWallTimeS: 864_000,
            },
          },
        },
      },
    },
  },
  jobDescription: { maxRescheduling: 1000 },
  lifeCycle: options.lifeCycle ?? {},
});
