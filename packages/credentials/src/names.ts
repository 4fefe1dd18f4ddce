/**
 * Distinguished names: parsed from DER, shown in slash form, compared RDN by RDN (credentials.md §1.2). The
 * raw bytes stay beside the parsed name, because a name in a chain is copied and never rebuilt, and because a
 * slash form cannot be split again: values may contain `/` and `=`.
 */
import { childrenOf, expectTag, readOid, readText, tags, type DerValue, DerError } from './der.ts';

export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

export interface DistinguishedName {
  /** The Name as it stands in the certificate. */
  readonly der: Uint8Array;
  /** RDNs in the order of the certificate; mostly one attribute each. */
  readonly rdns: readonly (readonly NameAttribute[])[];
}

export const commonNameOid = '2.5.4.3';

// Short names as OpenSSL prints them.
const shortNames: Readonly<Record<string, string>> = {
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
  '1.2.840.113549.1.9.1': 'emailAddress',
  [commonNameOid]: 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
};

const maxNameBytes = 1024;

export function parseName(value: DerValue): DistinguishedName {
  if (value.raw.length > maxNameBytes) throw new DerError('name is too long');
  const rdns = childrenOf(expectTag(value, tags.sequence)).map((rdn) =>
    childrenOf(expectTag(rdn, tags.set)).map((attribute) => {
      const [type, text, ...more] = childrenOf(expectTag(attribute, tags.sequence));
      if (!text || more.length > 0) throw new DerError('name attribute is malformed');
      const decoded = readText(text);
      // oxlint-disable-next-line no-control-regex -- control characters are what is refused
      if (/[\u0000-\u001f\u007f]/.test(decoded)) throw new DerError('name has control characters');
      return { type: readOid(expectTag(type, tags.oid)), value: decoded };
    }),
  );
  if (rdns.some((rdn) => rdn.length === 0)) throw new DerError('name has an empty part');
  return { der: value.raw, rdns };
}

/** `/DC=org/O=Example/CN=Jane Doe`: for storage and display, never to be split. */
export const slashForm = (name: DistinguishedName): string =>
  name.rdns
    .map((rdn) => `/${rdn.map(({ type, value }) => `${shortNames[type] ?? type}=${value}`).join('+')}`)
    .join('');

// What OpenSSL compares by: outer blanks cut, inner runs collapsed, ASCII case ignored.
const comparable = (text: string): string =>
  text
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const rdnKey = (rdn: readonly NameAttribute[]): string =>
  rdn
    .map(({ type, value }) => JSON.stringify([type, comparable(value)]))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('+');

/** Two names are the same name if and only if their keys are equal. */
export const nameKey = (name: DistinguishedName): string => name.rdns.map(rdnKey).join(',');

const typesByShortName = new Map(
  Object.entries(shortNames).map(([type, name]) => [name.toLowerCase(), type]),
);

/**
 * The key of a name that is known by its slash form alone, as providers tell it; undefined when a part is not surely one.
 * For names of others only: of a certificate at hand the key is made of the name itself.
 */
export function keyOfSlashForm(text: string): string | undefined {
  if (!text.startsWith('/') || text.length > maxNameBytes) return undefined;
  const rdns: NameAttribute[][] = [];
  for (const part of text.slice(1).split(/\/(?=[a-z]+=)/i)) {
    const [, name = '', value = ''] = /^([a-z]+)=([^\p{Cc}]+)$/iu.exec(part) ?? [];
    const type = typesByShortName.get(name.toLowerCase());
    if (type === undefined) return undefined;
    rdns.push([{ type, value }]);
  }
  return rdns.map(rdnKey).join(',');
}

/** Compares a DN somebody wrote into a configuration; exact but for blanks and case. */
export const isSameSlashForm = (a: string, b: string): boolean => comparable(a) === comparable(b);

/** Value of the last CN when the last RDN is exactly one CN. */
export function lastCommonName(name: DistinguishedName): string | undefined {
  const last = name.rdns.at(-1);
  return last?.length === 1 && last[0]?.type === commonNameOid ? last[0].value : undefined;
}

/** Is `child` the name `parent` plus one RDN with one CN (RFC 3820 §3.4)? */
export function isProxyNameOf(child: DistinguishedName, parent: DistinguishedName): boolean {
  return (
    child.rdns.length === parent.rdns.length + 1 &&
    lastCommonName(child) !== undefined &&
    parent.rdns.every((rdn, index) => rdnKey(rdn) === rdnKey(child.rdns[index] ?? []))
  );
}
