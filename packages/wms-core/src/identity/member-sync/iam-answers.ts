/**
 * Pages of INDIGO IAM's `scim/Users` (SCIM 2.0 with its own schema), read. Members are known by their log-in at this
 * IAM and by the certificates linked there; inactive ones are none. Pure.
 */
import { z } from 'zod';
import { fqansOfVo, identityOf, type ServiceMember } from './service-member.ts';

const indigo = 'urn:indigo-dc:scim:schemas:IndigoUser';

const user = z.object({
  id: z.string().min(1).max(256),
  active: z.boolean().default(true),
  groups: z
    .array(z.object({ display: z.string().max(512) }))
    .max(1000)
    .default([]),
  [indigo]: z
    .object({
      certificates: z
        .array(z.object({ subjectDn: z.string().max(1024), issuerDn: z.string().max(1024) }))
        .max(100)
        .default([]),
    })
    .default({ certificates: [] }),
});

const page = z.object({
  totalResults: z.number().int().nonnegative(),
  Resources: z.array(user).default([]),
});

type User = z.output<typeof user>;

/** Throws when it is no such page. */
export function readIamPage(answer: unknown): { readonly total: number; readonly users: readonly User[] } {
  const { totalResults, Resources } = page.parse(answer);
  return { total: totalResults, users: Resources };
}

/** `CN=Jane Doe,O=Example,C=NL` → `/C=NL/O=Example/CN=Jane Doe`; undefined when it is no such name. */
export function slashFormOfRfc2253(name: string): string | undefined {
  const parts = [...name.matchAll(/(?:^|,)\s*([A-Za-z][\w.]*|\d[\d.]*)=((?:\\[\s\S]|[^,\\])*)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('').length !== name.length) return undefined;
  const named = parts.map(([, type = '', value = '']) => `/${shortName(type)}=${unescaped(value)}`);
  return named.toReversed().join('');
}

const shortName = (type: string): string =>
  /^(?:e|email|emailaddress|1\.2\.840\.113549\.1\.9\.1)$/i.test(type) ? 'emailAddress' : type.toUpperCase();

/** `\,` is a comma, `\C3\A4` two bytes of UTF-8. */
const unescaped = (value: string): string =>
  value
    .replaceAll(/(?:\\[\dA-Fa-f]{2})+/g, (run) => {
      const bytes = run.match(/[\dA-Fa-f]{2}/g) ?? [];
      return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
    })
    .replaceAll(/\\([\s\S])/g, '$1');

export function memberOfIam(
  { id, active, groups, [indigo]: more }: User,
  issuer: string,
  vo: string,
): ServiceMember {
  const certificates = more.certificates.flatMap(({ subjectDn, issuerDn }) => {
    const [by, of] = [slashFormOfRfc2253(issuerDn), slashFormOfRfc2253(subjectDn)];
    return by === undefined || of === undefined ? [] : [identityOf(by, of)];
  });
  return {
    identities: active ? [identityOf(issuer, id), ...certificates] : [],
    fqans: fqansOfVo(
      groups.map(({ display }) => `/${display.replace(/^\//, '')}`),
      vo,
    ),
  };
}
