import { causeKinds } from '@wm/wms-core/vocabulary';
import { code, document, table, type Page } from './markdown.ts';

export const waitingCausesPage: Page = {
  file: 'waiting-causes.md',
  title: 'Causes of waiting',
  render: () =>
    document(
      'Causes of waiting',
      'packages/wms-core/src/explain/causes',
      'What an explanation looks for, in the order in which it is read. How they are found: [Why a job waits](../explanation/why-waiting.md).',
      table(
        ['Kind', 'Question'],
        causeKinds.map(({ about, id }) => [code(id), about]),
      ),
    ),
};
