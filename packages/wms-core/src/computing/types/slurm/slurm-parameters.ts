/** Parameters of the type `slurm` in the configuration. */
import { z } from 'zod';
import {
  absoluteFile,
  absoluteFolder,
  commandTimeoutS,
  folderOnHost,
  sshHostParameters,
  variableName,
} from '../../hosts/host-parameters.ts';

/** Options that the computing element sets itself, long and short names. */
const ownOptions = [
  ...['parsable', 'comment', 'job-name', 'requeue', 'no-requeue', 'export', 'export-file', 'chdir', 'output'],
  ...['error', 'input', 'array', 'wrap', 'wait', 'test-only', 'nodes', 'ntasks', 'cpus-per-task', 'time'],
  ...['J', 'D', 'o', 'e', 'i', 'a', 'W', 'N', 'n', 'c', 't'],
];

const nameOf = (option: string): string =>
  option.startsWith('--') ? (option.slice(2).split('=')[0] ?? '') : option.slice(1, 2);

const submitOption = z
  .string()
  .regex(
    /^(--[a-z][a-z-]*(=.+)?|-[A-Za-z].*)$/,
    'one option of sbatch with its value, such as --account=physics',
  )
  .refine((option) => !ownOptions.includes(nameOf(option)), {
    error: ({ input }) => `${String(input)} is set by the computing element itself`,
  });

export const slurmParameters = z
  .strictObject({
    /** Where sbatch is; the machine of the server when not set. */
    host: sshHostParameters.optional(),
    /** Folder for pilots that all nodes share; see the how-to for what it is when not set. */
    folder: folderOnHost.optional(),
    /** Folder of the worker node for the files of pilots and payloads; below `folder` when not set. */
    workFolder: absoluteFolder.optional(),
    /** Node.js ≥ 20 on the worker nodes; `bring` sends one along. */
    nodeExecutable: z.string().min(1).default('node'),
    /** Where sbatch, squeue, sacct, scancel and sinfo are, when not in the PATH. */
    binFolder: absoluteFolder.optional(),
    /** Slurm's configuration file, when not at its usual place. */
    slurmConf: absoluteFile.optional(),
    /** Options of sbatch for all pilots, such as --account=physics. */
    submitOptions: z.array(submitOption).default([]),
    /** More of them by batch queue; --partition=… for one that is not called like its partition. */
    queueSubmitOptions: z.record(z.string().min(1), z.array(submitOption)).default({}),
    /** Ask Slurm for the memory of the batch queue (--mem); false where the site forbids it. */
    requestMemory: z.boolean().default(true),
    /** Output of ended pilots is kept so long, hours. */
    keepOutputHours: z.number().nonnegative().default(24),
    /** Names of environment variables of the account that pilots get too. */
    passEnvironment: z.array(variableName).default([]),
    commandTimeoutS,
  })
  .refine(({ host, folder }) => host !== undefined || folder === undefined || folder.startsWith('/'), {
    path: ['folder'],
    error: 'an absolute path, because sbatch runs on the machine of the server (there is no host)',
  });

export type SlurmParameters = z.output<typeof slurmParameters>;
