/** Parameters of the type `slurm-rest` in the configuration; docs/how-to/use-a-slurm-cluster-over-rest.md explains each. */
import { z } from 'zod';
import {
  absoluteFile,
  absoluteFolder,
  commandTimeoutS,
  folderOnHost,
  sshHostParameters,
  variableName,
} from '../../hosts/host-parameters.ts';

const endpoint = z
  .url({
    protocol: /^https?$/,
    error: 'the address of slurmrestd, such as https://slurm.example.org:6820',
  })
  .transform((url) => url.replace(/\/+$/, ''))
  .refine((url) => !/^https?:\/\/[^/]+\/|[?#]/.test(url), {
    message: 'host and port alone, such as https://slurm.example.org:6820, without /slurm/v0.0.38',
  });

/** Fields of the job that the computing element sets itself. */
const ownFields = [
  ...['name', 'comment', 'current_working_directory', 'standard_output', 'standard_error', 'standard_input'],
  ...['environment', 'time_limit', 'nodes', 'tasks', 'cpus_per_task', 'requeue', 'no_requeue', 'array'],
];

const jobFields = z
  .record(
    z.string().regex(/^[a-z][a-z_]*$/, 'a field of a job, such as account'),
    z.union([z.string(), z.number(), z.boolean()]),
  )
  .superRefine((fields, context) => {
    for (const name of Object.keys(fields).filter((field) => ownFields.includes(field)))
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `${name} is set by the computing element itself`,
      });
  });

export const slurmRestParameters = z
  .strictObject({
    endpoint,
    /** Of the interface. Later ones than v0.0.38 speak otherwise. */
    apiVersion: z
      .enum(['v0.0.36', 'v0.0.37', 'v0.0.38'], { error: 'one of v0.0.36, v0.0.37 and v0.0.38' })
      .default('v0.0.38'),
    /** Account that runs the pilots; `folder` is its own. */
    user: z
      .string('the name of an account of the cluster')
      .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'the name of an account of the cluster'),
    /** Token of the account (JWT), as `scontrol token` prints it; read at each call. */
    tokenFile: absoluteFile.optional(),
    /** The cluster's own key (jwt_hs256.key): tokens are signed with it, one a request. */
    keyFile: absoluteFile.optional(),
    /** Where `folder` is reached, over ssh; the machine of the server when not set. Needs no Slurm. */
    host: sshHostParameters.optional(),
    /** Folder for pilots that all nodes share. */
    folder: folderOnHost,
    /** Folder of the worker node for the files of pilots and payloads; below `folder` when not set. */
    workFolder: absoluteFolder.optional(),
    /** Node.js ≥ 20 on the worker nodes. */
    nodeExecutable: z.string().min(1).default('node'),
    /** Environment of the pilots. */
    environment: z.record(variableName, z.string()).default({ PATH: '/usr/local/bin:/usr/bin:/bin' }),
    /** More fields of the job for all pilots, such as account. */
    jobFields: jobFields.default({}),
    /** More of them by batch queue; partition for one that is not called like its partition. */
    queueJobFields: z.record(z.string().min(1), jobFields).default({}),
    /** Ask Slurm for the memory of the batch queue; false where the site forbids it. */
    requestMemory: z.boolean().default(true),
    /** Output of ended pilots is kept so long, hours. */
    keepOutputHours: z.number().nonnegative().default(24),
    /** Longest wait for an answer of slurmrestd. */
    requestTimeoutS: z.number().positive().max(600).default(60),
    commandTimeoutS,
  })
  .refine(({ tokenFile, keyFile }) => (tokenFile === undefined) !== (keyFile === undefined), {
    path: ['tokenFile'],
    error: 'give either tokenFile (a token of the account) or keyFile (the key of the cluster)',
  })
  .refine(({ host, folder }) => host !== undefined || folder.startsWith('/'), {
    path: ['folder'],
    error: 'an absolute path, because it is reached on the machine of the server (there is no host)',
  });

export type SlurmRestParameters = z.output<typeof slurmRestParameters>;
