/** The last column of a grid: the menu of each row for pointer and finger; the keyboard has Shift+F10. */
import { IconButton, pointOf, type MenuPoint } from '@wm/ui-kit';
import type { GridColumn } from '@wm/ui-kit/data-grid';
import './row-menu.css';

export const rowMenuColumnId = 'rowMenu';

export const rowMenuColumn = <Row,>(
  /** "job 17", after "Actions for" */
  nameOf: (row: Row) => string,
  onMenu: (row: Row, at: MenuPoint) => void,
): GridColumn<Row> => ({
  id: rowMenuColumnId,
  title: 'Menu',
  width: 40,
  isSortable: false,
  isPinned: true,
  text: () => '',
  cell: (row) => (
    <IconButton
      icon="more"
      label={`Actions for ${nameOf(row)}`}
      className="row-menu"
      tabIndex={-1}
      onClick={(event) => onMenu(row, pointOf(event.currentTarget))}
    />
  ),
});
