/**
 * Packs files into the tar.gz that becomes an input sandbox, and takes its SHA-256. The same files give the same
 * bytes, so an unchanged sandbox is not sent twice. Runs in browsers and in Node.
 */
import { packTar, type TarEntry } from 'modern-tar';

export interface SandboxFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly content: Blob;
  /** UTC epoch milliseconds. */
  readonly modifiedAtMs: number;
}

export interface SandboxArchive {
  readonly blob: Blob;
  readonly sizeBytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Scripts and programs may be run; browsers do not tell modes. */
function isProgram(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  const isScript = a === 0x23 && b === 0x21;
  const isElf = a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46;
  return isScript || isElf;
}

async function entryOf(file: SandboxFile): Promise<TarEntry> {
  const body = new Uint8Array(await file.content.arrayBuffer());
  return {
    header: {
      name: file.name,
      type: 'file',
      size: body.byteLength,
      mode: isProgram(body) ? 0o755 : 0o644,
      mtime: new Date(Math.floor(file.modifiedAtMs / 1000) * 1000),
    },
    body,
  };
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Holds the archive in memory twice for a moment; the limits of sandboxes keep that small. */
export async function packSandbox(files: readonly SandboxFile[]): Promise<SandboxArchive> {
  const ordered = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const entries: TarEntry[] = [];
  for (const file of ordered) entries.push(await entryOf(file));
  const tar = new Blob([await packTar(entries)]);
  const packed = new Response(tar.stream().pipeThrough(new CompressionStream('gzip')));
  const bytes = await packed.arrayBuffer();
  return {
    blob: new Blob([bytes], { type: 'application/gzip' }),
    sizeBytes: bytes.byteLength,
    sha256: hex(await crypto.subtle.digest('SHA-256', bytes)),
  };
}
