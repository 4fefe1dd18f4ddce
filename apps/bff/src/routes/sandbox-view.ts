/**
 * As what a file of a sandbox may be shown in the browser: plain text or a picture, decided by its first
 * bytes and never by its name, so that nothing a payload wrote is ever run by a browser.
 */
const pictures: readonly (readonly [type: string, offset: number, magic: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
];

export function viewType(bytes: Uint8Array): string {
  const found = pictures.find(([, offset, magic]) => magic.every((byte, i) => bytes[offset + i] === byte));
  return found?.[0] ?? 'text/plain; charset=utf-8';
}

/** Headers under which even a mistaken type does no harm. */
export const viewHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Content-Disposition': 'inline',
};
