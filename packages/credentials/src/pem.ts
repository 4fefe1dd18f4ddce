/** PEM blocks ↔ DER. Reads what tools write: text around blocks, CRLF, indented lines. */
const blockPattern = /-----BEGIN ([A-Z0-9 ]{1,64})-----([\s\S]*?)-----END \1-----/g;

export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array<ArrayBuffer>;
}

/** Blocks in order; one whose body is not base64 is left out. */
export function readPem(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = '', body = ''] of text.matchAll(blockPattern)) {
    const der = fromBase64(body);
    if (der) blocks.push({ label, der });
  }
  return blocks;
}

/** The first block alone: the leaf of a chain. */
export function readFirstPem(text: string): PemBlock | undefined {
  const end = /-----END [A-Z0-9 ]{1,64}-----/.exec(text);
  return end ? readPem(text.slice(0, end.index + end[0].length))[0] : undefined;
}

export function writePem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** All certificates as one file, leaf first. */
export const writeCertificates = (ders: readonly Uint8Array[]): string =>
  ders.map((der) => writePem('CERTIFICATE', der)).join('');

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const octet of bytes) binary += String.fromCharCode(octet);
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  // A loop: `Uint8Array.from` with a function takes ten times as long.
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
