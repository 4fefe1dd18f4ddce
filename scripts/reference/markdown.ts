/** The little Markdown the generated pages need. */
export interface Page {
  /** Name inside `docs/reference/`. */
  readonly file: string;
  readonly title: string;
  readonly render: () => string;
}

const cell = (value: unknown): string => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');

export const table = (heads: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

export const code = (text: string): string => `\`${text}\``;

/** A page with its title, the note that it is generated, and its paragraphs. */
export const document = (title: string, source: string, ...blocks: readonly string[]): string =>
  [`# ${title}`, `Generated from ${code(source)} by \`npm run generate\`.`, ...blocks].join('\n\n') + '\n';
