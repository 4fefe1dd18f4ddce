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
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
