/** Direct dependencies with their licences; every package that is installed must carry an allowed one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { document, table, type Page } from './markdown.ts';

const root = join(import.meta.dirname, '..', '..');

const allowed = new Set([
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0', // browser data of build tools
  'MPL-2.0', // used unchanged, by build and test tools
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string | { readonly type: string };
  /** The form of old packages. */
  readonly licenses?: readonly { readonly type: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const licenceOf = ({ license, licenses }: Manifest): string =>
  (typeof license === 'object' ? license.type : license) ?? licenses?.[0]?.type ?? 'none stated';

/** `(MIT OR GPL-3.0)`: one allowed alternative suffices; with AND all must be. */
const isAllowed = (licence: string): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(/ or /i)
    .some((choice) => choice.split(/ and /i).every((part) => allowed.has(part.trim())));

const workspaces = [
  '.',
  'bench',
  'e2e',
  'scripts',
  ...['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  ),
];

function directDependencies(): Map<
  string,
  { readonly licence: string; readonly users: string[]; readonly purpose: string }
> {
  const found = new Map<string, { licence: string; users: string[]; purpose: string }>();
  for (const workspace of workspaces) {
    const own = manifest(join(root, workspace));
    for (const [purpose, names] of [
      ['product', own.dependencies],
      ['development', own.devDependencies],
    ] as const)
      for (const name of Object.keys(names ?? {}).filter((dependency) => !dependency.startsWith('@wm/'))) {
        const licence = licenceOf(manifest(join(root, workspace, 'node_modules', name)));
        const entry = found.get(name) ?? { licence, users: [], purpose };
        entry.users.push(own.name ?? workspace);
        if (purpose === 'product') entry.purpose = purpose;
        found.set(name, entry);
      }
  }
  return found;
}

/** Names of installed packages, at any depth, whose licence is not on the list. */
function refused(): string[] {
  const store = join(root, 'node_modules', '.pnpm');
  return readdirSync(store).flatMap((entry) => {
    const modules = join(store, entry, 'node_modules');
    if (!existsSync(modules) || entry === 'node_modules') return [];
    const name =
      entry
        .replace(/@[^@]*$/, '')
        .replace('+', '/')
        .split('_')[0] ?? '';
    const folder = join(modules, name);
    if (!existsSync(join(folder, 'package.json'))) return [];
    const licence = licenceOf(manifest(folder));
    return isAllowed(licence) ? [] : [`${name}: ${licence}`];
  });
}

export const licencesPage: Page = {
  file: 'licences.md',
  title: 'Licences of the dependencies',
  render: () => {
    const bad = refused();
    if (bad.length > 0)
      throw new Error(
        `Licences that are not on the list of scripts/reference/licences.page.ts: ${bad.join('; ')}`,
      );
    const rows = [...directDependencies()].sort(([a], [b]) => (a < b ? -1 : 1));
    return document(
      'Licences of the dependencies',
      'the installed packages',
      'All packages, also those that dependencies bring, carry a licence compatible with Apache-2.0; the check fails otherwise.',
      table(
        ['Package', 'Licence', 'For', 'Used by'],
        rows.map(([name, { licence, purpose, users }]) => [name, licence, purpose, users.join(', ')]),
      ),
    );
  },
};
