/** How a host behind ssh is described in the configuration of a computing element (`parameters > host`). */
import { z } from 'zod';

/** No quotes, blanks or leading dash: such a path is the same to every shell. */
const plainPath = /^[A-Za-z0-9._/+@%=,:][A-Za-z0-9._/+@%=,:-]*$/;

export const folderOnHost = z
  .string()
  .regex(plainPath, 'a path of letters, digits and . _ / + @ % = , : - that does not begin with a dash');

export const absoluteFolder = folderOnHost.startsWith('/', 'an absolute path, such as /scratch/pilots');

export const absoluteFile = z.string().startsWith('/', 'an absolute path of a file on the server');

export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

export const sshHostParameters = z.strictObject({
  /** Name or address; with `configFile` also an alias written there. */
  address: z
    .string('the name or address of a host, such as login.cluster.example.org')
    .regex(/^[A-Za-z0-9_:[][A-Za-z0-9._:%[\]-]*$/, 'the name or address of a host, without user and port'),
  port: z.number().int('a port number').min(1, 'a port number').max(65_535, 'a port number').default(22),
  /** Account that runs the pilots; the server's own when not set. */
  user: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'the name of an account')
    .optional(),
  /** Private key without passphrase, mode 0600; an agent or the usual files when not set. */
  identityFile: absoluteFile.optional(),
  /** Public keys of the host. Without any the key seen first is kept and must never change. */
  hostKeys: z
    .array(
      z
        .string()
        .regex(
          /^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/,
          'a key such as "ssh-ed25519 AAAAC3…" as ssh-keyscan prints it, without the host',
        ),
    )
    .default([]),
  /** OpenSSH client configuration for what is not here, such as ProxyJump. */
  configFile: absoluteFile.optional(),
  /** Time for a connection to come about, seconds. */
  connectTimeoutS: z.number().int().positive().max(300).default(10),
  /** An idle connection is kept so long, seconds; a new one costs a fifth of a second. */
  keepConnectionS: z.number().int().nonnegative().max(86_400).default(300),
  /** Commands run in a log-in shell of bash, for hosts that set the PATH in its profile. */
  loginShell: z.boolean().default(false),
});

export type SshHostParameters = z.output<typeof sshHostParameters>;

/** Time for one order to the host, seconds; commands of Slurm alone wait ten seconds for a daemon that hangs. */
export const commandTimeoutS = z.number().positive().max(3600).default(120);

/** Folder below the home of the account that no other computing element of this installation uses. */
export const defaultFolder = (site: string, name: string): string =>
  `workload-manager/${[site, name].map((part) => part.replaceAll(/[^A-Za-z0-9._-]/g, '_')).join('/')}`;
