/** Parameters of the type `openstack` in the configuration; docs/how-to/use-an-openstack-cloud.md explains each. */
import { z } from 'zod';
import { absoluteFile } from '../../hosts/host-parameters.ts';
import { nodePattern } from '../../hosts/pilot-wrapper.ts';

const authUrl = z
  .url({
    protocol: /^https?$/,
    error: 'the address of Keystone, such as https://keystone.example.org:5000/v3',
  })
  .transform((url) => url.replace(/\/+$/, ''))
  .refine((url) => url.endsWith('/v3'), { message: 'must end with /v3, the version of Keystone' });

const id = (what: string) =>
  z
    .string(`the id of ${what}`)
    .regex(/^[\w.-]{1,255}$/, `the id of ${what}, as "openstack … list" prints it`);

const oidc = z.strictObject({
  /** Access token of the provider, read at each log-in. */
  tokenFile: absoluteFile,
  /** Name of the provider in Keystone, such as egi.eu. */
  identityProvider: id('an identity provider'),
  protocol: id('a protocol').default('openid'),
  /** Project that pays. */
  projectId: id('a project'),
});

export const openstackParameters = z
  .strictObject({
    /** Of Keystone. */
    authUrl,
    /** JSON with `id` and `secret` of an application credential, read at each log-in. */
    applicationCredentialFile: absoluteFile.optional(),
    /** Log-in with a token of an OpenID provider, such as EGI Check-in. */
    oidc: oidc.optional(),
    /** Where the cloud has several. */
    region: z.string().min(1, 'the name of a region').optional(),
    image: id('an image'),
    /** Size of the machines. */
    flavor: id('a flavor'),
    /** Of batch queues that want another one. */
    queueFlavors: z.record(z.string().min(1), id('a flavor')).default({}),
    /** Networks; the only one of the project when empty. */
    networks: z.array(id('a network')).default([]),
    securityGroups: z.array(z.string().min(1)).default([]),
    availabilityZone: z.string().min(1, 'the name of an availability zone').optional(),
    /** Key pair for looking at machines. */
    keyName: z.string().min(1, 'the name of a key pair').optional(),
    /** Machines are called PREFIX-STAMP; nobody else in the project may use it. */
    namePrefix: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,60}$/, 'small letters, digits and dashes, such as wm-pilot')
      .default('wm-pilot'),
    /** Node.js ≥ 20 in the image. */
    nodeExecutable: z
      .string()
      .regex(nodePattern, 'a path or name of letters, digits and ./+@-_, such as /usr/bin/node')
      .default('node'),
    /** A tar.gz or tar.xz of Node.js to fetch, for images without. */
    nodeArchive: z
      .strictObject({
        url: z
          .string()
          .regex(
            /^https?:\/\/[\w.:/@%+~-]+$/,
            'an address such as https://nodejs.org/dist/v24.0.0/node-v24.0.0-linux-x64.tar.gz',
          ),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits, as sha256sum prints them'),
      })
      .optional(),
    /** From the order until a pilot runs, added to the wall time; older machines are deleted. */
    bootLimitS: z.number().int().positive().max(86_400).default(1800),
    /** Output of ended pilots is kept here so long, hours; their machines are deleted at once. */
    keepOutputHours: z.number().nonnegative().default(24),
    /** Longest wait for an answer. */
    requestTimeoutS: z.number().positive().max(600).default(60),
  })
  .refine(
    ({ applicationCredentialFile, oidc: provider }) =>
      (applicationCredentialFile === undefined) !== (provider === undefined),
    {
      path: ['applicationCredentialFile'],
      error: 'give either applicationCredentialFile or oidc',
    },
  );

export type OpenstackParameters = z.output<typeof openstackParameters>;
