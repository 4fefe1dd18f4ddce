/**
 * Throw-away installations whose pilots are simulated: the configuration file, and for each site a program that the
 * local computing element takes for its Node.js but that runs `simulated-pilot.ts`.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ledger } from './ledger.ts';
import { endPilots } from './pilot-processes.ts';

export interface SimulatedSite {
  readonly name: string;
  /** VOs the site serves; every one gets pilots of its own. */
  readonly vos: readonly string[];
  /** Pilots a VO. */
  readonly pilots: number;
  /** Jobs one pilot holds at once. */
  readonly slots: number;
  /** Mean duration of a payload. */
  readonly payloadMs: number;
  /** Part of the jobs that upload an output sandbox, 0 to 1. */
  readonly outputShare: number;
}

export interface SimulatedUser {
  readonly userName: string;
  readonly vo: string;
  readonly group: string;
}

export interface SimulationPlan {
  readonly sites: readonly SimulatedSite[];
  readonly users: readonly SimulatedUser[];
  readonly maxRescheduling?: number | undefined;
  /** Overrides of the life-cycle section. */
  readonly lifeCycle?: Readonly<Record<string, number>> | undefined;
}

export interface Simulation {
  readonly configurationFile: string;
  readonly ledger: Ledger;
  readonly users: readonly SimulatedUser[];
  /** Writes the configuration again; the server follows the file. */
  setBanned(site: string, isBanned: boolean): void;
  /** A black hole takes jobs as fast as it can and spoils each. */
  setBlackHole(site: string, isBlackHole: boolean): void;
  /** Ends what is left of the pilots; they outlive the server like real ones. */
  endPilots(): void;
}

export function makeSimulation(folder: string, plan: SimulationPlan): Simulation {
  const ledgerFolder = join(folder, 'ledger');
  mkdirSync(ledgerFolder, { recursive: true });
  const launchers = new Map(plan.sites.map((site) => [site.name, makeLauncher(folder, ledgerFolder, site)]));
  const configurationFile = join(folder, 'simulation.yaml');
  const banned = new Set<string>();
  const write = (): void => {
    // JSON is YAML too. Renamed, so that nobody reads half of it.
    const configuration = configurationOf(plan, launchers, banned);
    writeFileSync(`${configurationFile}.new`, JSON.stringify(configuration, undefined, 2));
    renameSync(`${configurationFile}.new`, configurationFile);
  };
  write();
  const ledger = new Ledger(ledgerFolder);
  return {
    configurationFile,
    ledger,
    users: plan.users,
    setBanned(site, isBanned) {
      if (isBanned) banned.add(site);
      else banned.delete(site);
      write();
    },
    setBlackHole(site, isBlackHole) {
      const mark = blackHoleMark(folder, site);
      if (isBlackHole) writeFileSync(mark, '');
      else rmSync(mark, { force: true });
    },
    endPilots: () => {
      if (existsSync(ledgerFolder)) endPilots(ledger);
    },
  };
}

/** One user, one VO, one site: what a benchmark needs. */
export const makeSimulatedInstallation = (
  folder: string,
  site: Pick<SimulatedSite, 'pilots' | 'slots' | 'payloadMs' | 'outputShare'>,
): Simulation & SimulatedUser => {
  const user = { userName: 'mkolar', vo: 'simulation.test', group: 'simulation_user' };
  const sites = [{ name: 'EGI.Simulation.org', vos: [user.vo], ...site }];
  return { ...makeSimulation(folder, { sites, users: [user], maxRescheduling: 1000 }), ...user };
};

/** The program that is started as the site's Node.js. */
function makeLauncher(folder: string, ledgerFolder: string, site: SimulatedSite): string {
  const launcher = join(folder, `simulated-node-${site.name}`);
  const words = [
    process.execPath,
    join(import.meta.dirname, 'simulated-pilot.ts'),
    ledgerFolder,
    site.slots,
    site.payloadMs,
    site.outputShare,
    blackHoleMark(folder, site.name),
  ];
  writeFileSync(launcher, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')}\n`, { mode: 0o755 });
  return launcher;
}

const blackHoleMark = (folder: string, site: string): string => join(folder, `black-hole-${site}`);

const configurationOf = (
  plan: SimulationPlan,
  launchers: ReadonlyMap<string, string>,
  banned: ReadonlySet<string>,
): object => ({
  vos: vosOf(plan.users),
  users: Object.fromEntries(
    plan.users.map(({ userName }) => [userName, { displayName: userName, email: `${userName}@example.org` }]),
  ),
  sites: Object.fromEntries(
    plan.sites.map((site) => [
      site.name,
      {
        status: banned.has(site.name) ? 'Banned' : 'Active',
        vos: site.vos,
        computingElements: {
          [`ce.${site.name}`]: {
            type: 'local',
            parameters: { nodeExecutable: launchers.get(site.name), killGraceS: 1 },
            queues: queuesOf(site),
          },
        },
      },
    ]),
  ),
  jobDescription: { maxRescheduling: plan.maxRescheduling ?? 3 },
  lifeCycle: plan.lifeCycle ?? {},
});

function vosOf(users: readonly SimulatedUser[]): object {
  const vos: Record<string, { groups: Record<string, { properties: string[]; users: string[] }> }> = {};
  for (const { userName, vo, group } of users) {
    const { groups } = (vos[vo] ??= { groups: {} });
    (groups[group] ??= { properties: ['NormalUser'], users: [] }).users.push(userName);
  }
  return vos;
}

/** Each VO has places of its own: idle pilots of one must not keep the jobs of the other waiting. */
const queuesOf = ({ vos, pilots }: SimulatedSite): object =>
  Object.fromEntries(
    vos.map((vo) => [
      `for-${vo}`,
      { vos: [vo], maxTotalPilots: pilots, maxWaitingPilots: pilots, maxWallTimeS: 864_000 },
    ]),
  );
