/** Parameters of the type `htcondor` in the configuration; docs/how-to/use-an-htcondor-ce.md explains each. */
import { z } from 'zod';
import {
  absoluteFolder,
  commandTimeoutS,
  folderOnHost,
  sshHostParameters,
} from '../../hosts/host-parameters.ts';
import { hasOneCredential, tokenClientParameters } from '../../tokens/token-client.ts';
import { nodePattern } from '../../hosts/pilot-wrapper.ts';

/** Commands of a submit description that the computing element gives itself. */
const ownCommands = [
  ...[
    'universe',
    'executable',
    'arguments',
    'environment',
    'getenv',
    'initialdir',
    'input',
    'output',
    'error',
  ],
  ...[
    'log',
    'should_transfer_files',
    'when_to_transfer_output',
    'transfer_executable',
    'transfer_input_files',
  ],
  ...['transfer_output_files', 'request_cpus', 'on_exit_hold', 'on_exit_hold_subcode', 'periodic_remove'],
  ...['kill_sig', 'x509userproxy', 'use_x509userproxy', 'wmpilotstamp', 'wmpilotelement'],
];

const nameOf = (line: string): string => /^(?:\+|MY\.)?(\w+)/i.exec(line)?.[1]?.toLowerCase() ?? '';

const submitLine = z
  .string()
  .regex(
    /^(\+|MY\.)?[A-Za-z]\w* *= *[^\r\n]+$/,
    'one line "name = value" of a submit description, such as batch_queue = long',
  )
  .refine((line) => !ownCommands.includes(nameOf(line)), {
    error: ({ input }) => `${nameOf(String(input))} is set by the computing element itself`,
  });

const fileThere = z
  .string()
  .regex(/^\/[^\s'"]+$/, 'an absolute path of a file where the commands of HTCondor run, without blanks');

export const htcondorParameters = z
  .strictObject({
    /** Address of the CE; port 9619 when not said. */
    endpoint: z
      .string('the address of an HTCondor-CE, such as ce.example.org:9619')
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/,
        'the address of an HTCondor-CE, such as ce.example.org:9619, without https://',
      )
      .transform((address) => (address.includes(':') ? address : `${address}:9619`)),
    /** Name of its schedd; the host name of the CE when not set. */
    scheddName: z
      .string()
      .regex(/^[\w.@-]+$/, 'the name of a schedd, as condor_status -schedd prints it')
      .optional(),
    /** Where the commands of HTCondor are; the machine of the server when not set. */
    host: sshHostParameters.optional(),
    /** Folder for submissions and output where the commands run; see the how-to for what it is when not set. */
    folder: folderOnHost.regex(/^[^,$]*$/, 'a path without comma').optional(),
    /** SciToken (bearer token), read by the commands at each call. */
    tokenFile: fileThere.optional(),
    /** OAuth client that gets the token; the server hands it to the commands. */
    tokenClient: tokenClientParameters.optional(),
    /** X.509 proxy, used for SSL, read by the commands at each call. */
    proxyFile: fileThere.optional(),
    /** Trust folder for SSL; that of HTCondor's own configuration when not set. */
    caFolder: absoluteFolder.optional(),
    /** Where condor_submit and its sisters are, when not in the PATH. */
    binFolder: absoluteFolder.optional(),
    /** Node.js ≥ 20 on the worker nodes; `bring` sends one along. */
    nodeExecutable: z
      .string()
      .regex(nodePattern, 'a path or name of letters, digits and ./+@-_, such as /usr/bin/node')
      .default('node'),
    /** More lines of the submit description for all pilots. */
    submitLines: z.array(submitLine).default([]),
    /** More of them by batch queue. */
    queueSubmitLines: z.record(z.string().min(1), z.array(submitLine)).default({}),
    /** Ask for the memory of the batch queue (request_memory); false where the site forbids it. */
    requestMemory: z.boolean().default(true),
    /** Ended jobs and their output stay so long, at the CE and here, hours. */
    keepOutputHours: z.number().nonnegative().default(24),
    commandTimeoutS,
  })
  .refine(hasOneCredential, {
    path: ['tokenFile'],
    error:
      'give either tokenFile (a SciToken) or proxyFile (an X.509 proxy) or tokenClient (who gets a token)',
  })
  .refine(({ host, folder }) => host !== undefined || folder === undefined || folder.startsWith('/'), {
    path: ['folder'],
    error: 'an absolute path, because the commands run on the machine of the server (there is no host)',
  });

export type HtcondorParameters = z.output<typeof htcondorParameters>;
