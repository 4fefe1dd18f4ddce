/**
 * Names as files of VOMS write them: in slash form, bytes beyond ASCII as `\xC3\xA4`, some attributes under names
 * of old (credentials.md §1.2 c). Asked by the readers of `.lsc` files and `vomses` lines.
 */
const oldNames: readonly (readonly [RegExp, string])[] = [
  [/\/(?:E|Email)=/g, '/emailAddress='],
  [/\/USERID=/g, '/UID='],
];

/** Our slash form of such a name. */
export function readDnText(written: string): string {
  const unescaped = written.replaceAll(/(?:\\x[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = run.match(/[0-9A-Fa-f]{2}/g) ?? [];
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
  });
  return oldNames.reduce((text, [old, name]) => text.replaceAll(old, name), unescaped.trim());
}

export const isSlashForm = (text: string): boolean => /^\/[^=/]+=\P{Cc}+$/u.test(text) && text.length <= 1024;
