/**
 * The files of the input sandbox before they are sent: names without folders, one of each name, within the
 * limits of the installation. Pure: knows names and sizes, not contents.
 */
export interface NamedSize {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface SandboxLimits {
  /** Of the packed sandbox; the sum of the files may be larger when it shrinks. */
  readonly sandboxBytes: number;
  readonly unpackedBytes: number;
  readonly files: number;
}

/** The last part of a path of any system; control characters are dropped. */
export function baseName(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? '';
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const name = last.replace(/[\u0000-\u001f\u007f]/g, '').trim();
  return name === '.' || name === '..' ? '' : name;
}

const figures = (value: number): string =>
  value < 10 && !Number.isInteger(value) ? value.toFixed(1) : value.toFixed(0);

/** "312 B", "4 KiB", "1.5 MiB" */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${figures(value)} ${units[unit]}`;
}

export interface Admission<F> {
  readonly files: readonly F[];
  /** Sentences for the user: what was refused or replaced. */
  readonly notes: readonly string[];
}

/** Adds files; one of a known name replaces the old one. Too large and too many are refused with the limit. */
export function admitFiles<F extends NamedSize>(
  present: readonly F[],
  added: readonly F[],
  limits: SandboxLimits,
): Admission<F> {
  const notes: string[] = [];
  let files = [...present];
  for (const file of added) {
    const others = files.filter(({ name }) => name !== file.name);
    const total = others.reduce((sum, { sizeBytes }) => sum + sizeBytes, file.sizeBytes);
    if (file.name === '') notes.push('A file without a name was left out.');
    else if (file.sizeBytes > limits.unpackedBytes || total > limits.unpackedBytes)
      notes.push(
        `${file.name} (${sizeText(file.sizeBytes)}) was refused: all files together may have ${sizeText(limits.unpackedBytes)}.`,
      );
    else if (others.length >= limits.files)
      notes.push(`${file.name} was refused: at most ${limits.files} files are allowed.`);
    else {
      if (others.length < files.length) notes.push(`${file.name} was there already and has been replaced.`);
      files = [...others, file];
    }
  }
  return { files, notes };
}

export const totalBytes = (files: readonly NamedSize[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
