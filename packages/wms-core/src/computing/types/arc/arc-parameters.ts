/** The parameters of a computing element of type ARC; docs/how-to/use-an-arc-ce.md explains each. */
import { z } from 'zod';
import { hasOneCredential, tokenClientParameters } from '../../tokens/token-client.ts';

const absolutePath = z
  .string()
  .regex(/^\//, 'must be an absolute path on the machine of the server, such as /etc/wm/robot-proxy.pem');

const endpoint = z
  .url({
    protocol: /^https$/,
    error: 'must be the https address of A-REX, such as https://arc.example.org/arex',
  })
  .transform((url) => url.replace(/\/+$/, ''))
  .refine((url) => !/\/rest(\/|$)|[?#]/.test(url), {
    message: 'must end with the path of A-REX, such as /arex, without /rest/1.0',
  });

const seconds = (least: number, most: number) =>
  z
    .number(`must be a number of seconds from ${least} to ${most}`)
    .min(least, `must be ${least} seconds or more`)
    .max(most, `must be ${most} seconds or less`);

export const arcParameters = z
  .strictObject({
    endpoint,
    /** X.509 proxy (certificate, key, chain in one PEM), read anew at each call. */
    proxyFile: absolutePath.optional(),
    /** Bearer token, read anew at each call. */
    tokenFile: absolutePath.optional(),
    /** OAuth client that gets the bearer token. */
    tokenClient: tokenClientParameters.optional(),
    /** Proxy made of one in the store, renewed by itself: an account, and its group of pilots. */
    storedProxy: z
      .strictObject({
        user: z.string('must be a user name').min(1, 'must be a user name').max(64),
        group: z.string('must be a group of pilots').min(1, 'must be a group of pilots').max(64),
      })
      .optional(),
    /** Trust folder of the grid. */
    caFolder: absolutePath.default('/etc/grid-security/certificates'),
    /** One PEM file with authorities, instead of the folder. */
    caFile: absolutePath.optional(),
    /** What is delegated to the service, where a proxy is used. */
    delegation: z
      .enum(['limited', 'full', 'none'], { error: 'must be limited, full or none' })
      .default('limited'),
    /** Queue at the site; the name of the batch queue when not set. */
    queue: z.string().min(1, 'must be the name of a queue at the site').max(64).optional(),
    /** Node.js 20 or newer on the worker nodes: a path, or a name that is looked for; `bring` sends one along. */
    nodeExecutable: z
      .string()
      .regex(/^[\w./+@-]+$/, 'must be a path or name of letters, digits and ./+@-_, such as /usr/bin/node')
      .default('node'),
    runtimeEnvironments: z
      .array(z.string().regex(/^[\w./+-]+$/, 'must be a name such as ENV/PROXY'))
      .max(20)
      .default([]),
    /** Longest wait for an answer. */
    requestTimeoutS: seconds(1, 600).default(60),
    /** A job that is being killed for longer counts as gone. */
    killingLimitS: seconds(10, 86_400).default(600),
    /** A job whose input files did not get through in this time is given up. */
    inputLimitS: seconds(10, 86_400).default(900),
    /** Ended jobs and their output stay at the service so long, hours. */
    keepOutputHours: z.number('must be a number of hours').nonnegative('must be 0 hours or more').default(24),
  })
  .refine(hasOneCredential, {
    path: ['proxyFile'],
    message:
      'give either proxyFile (an X.509 proxy) or tokenFile (a bearer token) or tokenClient (who gets one) or storedProxy (user and group)',
  });

export type ArcParameters = z.output<typeof arcParameters>;
