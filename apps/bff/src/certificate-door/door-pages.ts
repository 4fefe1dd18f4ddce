/** The few pages a person may see at the certificate port, each with a way back to the portal. Pure. */

export interface DoorPage {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char);

export function renderDoorPage({ title, paragraphs }: DoorPage, publicOrigin: string): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escaped(title)}</title><link rel="icon" href="data:,"></head>`,
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...paragraphs.map((text) => `<p>${escaped(text)}</p>`),
    `<p><a href="${escaped(publicOrigin)}/">Back to the portal</a></p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

export const noCertificatePage: DoorPage = {
  title: 'No certificate was shown',
  paragraphs: [
    'Your browser showed no certificate. Either none is installed in it, or you chose to show none.',
    'Import your .p12 file into the browser (in its settings, under privacy and security, certificates), close all its windows so that it asks again, and log in once more.',
  ],
};

export const badCertificatePage = (why: string): DoorPage => ({
  title: 'This certificate cannot be used here',
  paragraphs: [
    why,
    'To choose another one, close all windows of the browser, or use a private window: browsers keep the choice.',
  ],
});

export const strayPage: DoorPage = {
  title: 'This address is for certificates',
  paragraphs: ['Programs show their certificate or proxy here. People begin at the portal.'],
};
