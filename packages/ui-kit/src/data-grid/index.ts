/** The grid, in a chunk of its own: import it lazily, or from an application that is itself loaded late. */
export { DataGrid, type DataGridHandle, type DataGridProps } from './data-grid.tsx';
export type { GridColumn, GridSort } from './grid-columns.tsx';
