/** The choice of the theme, for the desktop and for visitors. */
import { MenuButton } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { applyTheme, useTheme, type Theme } from './theme.ts';

const themeNames: readonly (readonly [Theme, string])[] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'As the system'],
];

export function ThemeMenu(): ReactNode {
  const theme = useTheme();
  return (
    <MenuButton
      label="Theme"
      icon="theme"
      iconOnly
      look="quiet"
      align="end"
      entries={themeNames.map(([value, label]) => ({
        kind: 'item',
        label,
        isChecked: value === theme,
        onSelect: () => applyTheme(value),
      }))}
    />
  );
}
