/** A proxy in DIRAC's words: the block of facts, and the steps of its chain. Pure. */
import {
  attributeCertificatesIn,
  parseAttributeCertificate,
  slashForm,
  type Certificate,
} from '@wm/credentials';
import { infoBlock, timeLeft } from '../info-block.ts';
import { plain } from '../world.ts';

/** What the server says of whoever shows the proxy. */
export interface Holder {
  readonly userName: string;
  readonly properties: readonly string[];
}

export const endOf = (chain: readonly Certificate[]): number =>
  Math.min(...chain.map(({ notAfterMs }) => notAfterMs));

export const personOf = (chain: readonly Certificate[]): Certificate | undefined =>
  chain.find(({ proxy }) => !proxy);

/** The one nearest to the person counts. */
export const groupOf = (chain: readonly Certificate[]): string | undefined =>
  chain.findLast(({ diracGroup }) => diracGroup !== undefined)?.diracGroup;

export const isLimited = (chain: readonly Certificate[]): boolean =>
  chain.some(({ proxy }) => proxy?.policy === 'limited');

/** As written in the proxies; undefined when they hold none. Throws for what cannot be read. */
export function attributesOf(
  chain: readonly Certificate[],
): { readonly fqans: readonly string[]; readonly notAfterMs: number } | undefined {
  const found = chain
    .flatMap((certificate) => (certificate.vomsAttributes ? attributeCertificatesIn(certificate) : []))
    .map(parseAttributeCertificate);
  if (found.length === 0) return undefined;
  return {
    fqans: [...new Set(found.flatMap(({ fqans }) => fqans))],
    notAfterMs: Math.min(...found.map(({ notAfterMs }) => notAfterMs)),
  };
}

function fqansOf(chain: readonly Certificate[]): string | undefined {
  try {
    const fqans = attributesOf(chain)?.fqans;
    return fqans && `[${fqans.map((fqan) => `'${fqan}'`).join(', ')}]`;
  } catch {
    return '[]';
  }
}

export function proxyBlock(
  path: string,
  chain: readonly Certificate[],
  nowMs: number,
  more: { readonly holder?: Holder | undefined; readonly isVomsShown?: boolean } = {},
): readonly string[] {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const person = personOf(chain);
  const hasVoms = (more.isVomsShown ?? true) && chain.some(({ hasVomsAttributes }) => hasVomsAttributes);
  const block = infoBlock([
    ['subject', slashForm(leaf.subject)],
    ['issuer', slashForm(leaf.issuer)],
    ['identity', person && slashForm(person.subject)],
    ['timeleft', timeLeft((endOf(chain) - nowMs) / 1000)],
    ['DIRAC group', groupOf(chain)],
    ['limited', isLimited(chain) ? 'True' : undefined],
    ['rfc', leaf.proxy ? 'True' : undefined],
    ['path', path],
    ['username', more.holder?.userName],
    ['properties', more.holder?.properties.join(', ')],
    ['VOMS', hasVoms ? 'True' : undefined],
    ['VOMS fqan', hasVoms ? fqansOf(chain) : undefined],
  ]);
  return leaf.proxy ? block : [...block, '='.repeat(30), '!!! The proxy is not valid !!!'];
}

const when = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

export const stepsBlock = (chain: readonly Certificate[], nowMs: number): readonly string[] => [
  '== Steps extended info ==',
  ...chain.flatMap((certificate, index) => [
    ` + Step ${index}`,
    ...infoBlock([
      ['Subject', slashForm(certificate.subject)],
      ['Issuer', slashForm(certificate.issuer)],
      ['Serial', certificate.serialHex],
      ['Not after', when(certificate.notAfterMs)],
      ['Not before', when(certificate.notBeforeMs)],
      ['Group', certificate.diracGroup],
      ['Voms ext', certificate.hasVomsAttributes ? 'True' : 'False'],
      ['Lifetime', timeLeft((certificate.notAfterMs - nowMs) / 1000)],
    ]).map((line) => `  ${line}`),
  ]),
];

/** Cells between bars, lines of dashes around. */
export function table(header: readonly string[], given: readonly (readonly string[])[]): readonly string[] {
  const rows = given.map((row) => row.map(plain));
  const widths = header.map((word, column) =>
    Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const dashes = '-'.repeat(line(header).length);
  return [dashes, line(header), dashes, ...rows.map(line), dashes];
}

/** `2026/11/27 06:00`, UTC. */
export const gridTime = (iso: string): string =>
  new Date(iso).toISOString().slice(0, 16).replaceAll('-', '/').replace('T', ' ');
