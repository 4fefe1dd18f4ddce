import { settingsTable, type SettingDefinition } from '@wm/bff/settings-table';
import { code, document, table, type Page } from './markdown.ts';

const definitions: readonly SettingDefinition<unknown>[] = Object.values(settingsTable);

export const settingsPage: Page = {
  file: 'settings.md',
  title: 'Settings',
  render: () =>
    document(
      'Settings',
      'apps/bff/src/settings/settings-table.ts',
      'Read once from the environment when the server starts. All faults are told in one message.',
      table(
        ['Variable', 'Kind', 'Default', 'Means'],
        definitions.map(({ variable, kind, default: preset, help }) => [
          code(variable),
          kind.label,
          preset === undefined ? '' : code(preset),
          help,
        ]),
      ),
    ),
};
