/**
 * Names of sandboxes as they go over the wire (rest-api.md §1.9). Long: `SB:SandboxSE|/S3/<bucket>/<vo>/<group>/
 * <user>/sha256:<64 hex>.<format>`; short: from `/S3/` on. The store keeps the short form.
 */
import { sandboxFormats } from '../use-cases.ts';
import type { SandboxFormat } from '../use-cases.ts';

export interface SandboxOwner {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
}

export interface SandboxName extends SandboxOwner {
  /** 64 lower-case hexadecimal digits. */
  readonly checksum: string;
  readonly format: SandboxFormat;
}

const storageElement = 'SandboxSE';
const bucket = 'sandboxes';
const formats = sandboxFormats.map((format) => format.replaceAll('.', String.raw`\.`)).join('|');
const part = String.raw`[^/|\s]{1,128}`;
const pattern = new RegExp(
  `^(?:SB:[A-Za-z]+\\|)?/S3/${bucket}/(${part})/(${part})/(${part})/sha256:([0-9a-f]{64})\\.(${formats})$`,
);

/** Short form. */
export const sandboxPfn = (name: SandboxName): string =>
  `${ownPrefix(name)}sha256:${name.checksum.toLowerCase()}.${name.format}`;

export const longPfn = (shortPfn: string): string => `SB:${storageElement}|${shortPfn}`;

/** What the PFNs of an owner begin with. */
export const ownPrefix = ({ vo, ownerGroup, owner }: SandboxOwner): string =>
  `/S3/${bucket}/${vo}/${ownerGroup}/${owner}/`;

/** Either form; undefined when the text is no PFN of ours. */
export const parseSandboxPfn = (text: string): SandboxName | undefined => {
  const [, vo, ownerGroup, owner, checksum, format] = pattern.exec(text) ?? [];
  if (vo === undefined || ownerGroup === undefined || owner === undefined || checksum === undefined)
    return undefined;
  const known = sandboxFormats.find((candidate) => candidate === format);
  return known === undefined ? undefined : { vo, ownerGroup, owner, checksum, format: known };
};

/** True for entries of a JDL's InputSandbox that are stored sandboxes, not file names. */
export const isSandboxPfn = (text: string): boolean => parseSandboxPfn(text) !== undefined;
