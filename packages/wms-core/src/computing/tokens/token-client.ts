/**
 * `tokenClient` of a computing element: the OAuth client of a VO that gets its bearer tokens (credentials.md §9.2), in
 * the place of a file that somebody else renews. docs/how-to/get-tokens-for-computing-elements.md explains each.
 */
import { z } from 'zod';

const isSafe = (text: string): boolean => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
};

const address = (words: string) =>
  z
    .url({ protocol: /^https?$/, error: `must be ${words}` })
    .refine((text) => !URL.canParse(text) || isSafe(text), {
      error: 'must begin with https://',
      abort: true,
    });

export const tokenClientParameters = z
  .strictObject({
    /** Its metadata name the token endpoint. */
    issuer: address('the issuer, such as https://iam.example.org/').optional(),
    /** The token endpoint itself, for issuers without metadata. */
    tokenEndpoint: address('the token endpoint, such as https://iam.example.org/token').optional(),
    clientId: z.string('must be the id of the client at the issuer').min(1).max(256),
    /** File of mode 0600 that holds nothing but the secret. */
    clientSecretFile: z
      .string()
      .regex(/^\//, 'must be an absolute path on the machine of the server, such as /etc/wm/ce-client-secret')
      .optional(),
    /** Variable of the server's environment with the secret. No other one can be named, so that none leaves the server. */
    clientSecretVariable: z
      .string()
      .regex(
        /^CE_CLIENT_SECRET(_[A-Z0-9_]+)?$/,
        'must begin with CE_CLIENT_SECRET, such as CE_CLIENT_SECRET_VO',
      )
      .optional(),
    scopes: z
      .array(z.string().regex(/^compute\.[\w.:/-]+$/, 'must begin with compute., such as compute.create'))
      .min(1, 'must name a scope, such as compute.create')
      .default(['compute.read', 'compute.create', 'compute.modify', 'compute.cancel']),
    /** For whom the token is: what the computing element calls itself. */
    audience: z.string('must be what the computing element calls itself, such as ce.example.org:9619').min(1),
  })
  .refine(({ issuer, tokenEndpoint }) => (issuer === undefined) !== (tokenEndpoint === undefined), {
    path: ['issuer'],
    error: 'give either issuer or tokenEndpoint',
  })
  .refine(
    ({ clientSecretFile, clientSecretVariable }) =>
      (clientSecretFile === undefined) !== (clientSecretVariable === undefined),
    { path: ['clientSecretFile'], error: 'give either clientSecretFile or clientSecretVariable' },
  );

export type TokenClient = z.output<typeof tokenClientParameters>;

const credentials = ['proxyFile', 'tokenFile', 'tokenClient', 'storedProxy'] as const;

/** A computing element shows one credential. */
export const hasOneCredential = (given: {
  readonly [Name in (typeof credentials)[number]]?: unknown;
}): boolean => credentials.filter((name) => given[name] !== undefined).length === 1;
