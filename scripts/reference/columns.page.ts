import { jobAttributes } from '@wm/wms-core/vocabulary';
import { code, document, table, type Page } from './markdown.ts';

const yes = (value: boolean): string => (value ? 'yes' : '');

export const columnsPage: Page = {
  file: 'job-record.md',
  title: 'Job record',
  render: () =>
    document(
      'Job record',
      'packages/wms-core/src/jobs/job-attributes.ts',
      'Columns of `POST /api/jobs/search`, in the order in which they come back.',
      table(
        ['Column', 'Type', 'Search', 'Sort', 'Means'],
        jobAttributes.flatMap(({ name, column, help }) =>
          column ? [[code(name), column.type, yes(column.searchable), yes(column.sortable), help]] : [],
        ),
      ),
    ),
};
