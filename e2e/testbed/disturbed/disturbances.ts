/** What happens to sites while jobs run on them, as a table. Each entry leaves everything up again. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Arex } from '../arex.ts';
import type { SlurmCluster } from '../slurm.ts';

export interface DisturbedSites {
  readonly slurm: SlurmCluster;
  readonly arex: Arex;
  /** A whole number from 0 to below `count`. */
  pick(count: number): number;
}

interface Disturbance {
  readonly name: string;
  /** False: there was nothing to disturb. */
  readonly act: (sites: DisturbedSites) => Promise<boolean>;
}

const text = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** Processes of pilots at these sites: Node.js with the configuration of a pilot. */
const pilotProcesses = ({ slurm, arex }: Pick<DisturbedSites, 'slurm' | 'arex'>): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const program = text(`/proc/${pid}/cmdline`).split('\0', 2).join(' ');
      if (!/\/node\S* \S*pilot\S*\.mjs$/.test(program)) return false;
      const environment = text(`/proc/${pid}/environ`);
      return environment.includes(slurm.folder) || environment.includes(arex.sessionFolder);
    })
    .map(Number);

/** Pilots that still are on a batch system or on a node. */
export const pilotsLeft = (sites: Pick<DisturbedSites, 'slurm' | 'arex'>): number =>
  batchJobs(sites.slurm).length + pilotProcesses(sites).length;

const batchJobs = (slurm: SlurmCluster): readonly string[] =>
  slurm.run('squeue', '-h', '-t', 'PENDING,RUNNING,COMPLETING', '-o', '%A').split('\n').filter(Boolean);

const oneOf = <T>(all: readonly T[], sites: DisturbedSites): T | undefined => all[sites.pick(all.length)];

export const disturbances: readonly Disturbance[] = [
  {
    name: 'pilot killed',
    act: (sites) => {
      const pid = oneOf(pilotProcesses(sites), sites);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      return Promise.resolve(pid !== undefined);
    },
  },
  {
    name: 'batch job cancelled',
    act: (sites) => {
      const job = oneOf(batchJobs(sites.slurm), sites);
      if (job !== undefined) sites.slurm.run('scancel', job);
      return Promise.resolve(job !== undefined);
    },
  },
  {
    name: 'slurmctld restarted',
    act: async ({ slurm }) => {
      await slurm.stopController();
      await slurm.startController();
      return true;
    },
  },
  {
    name: 'slurmd restarted',
    act: async (sites) => {
      const node = oneOf(sites.slurm.nodes, sites) ?? '';
      await sites.slurm.stopNode(node);
      await sites.slurm.startNode(node);
      return true;
    },
  },
  {
    name: 'A-REX restarted',
    act: async ({ arex }) => {
      await arex.stop();
      await arex.start();
      return true;
    },
  },
];
