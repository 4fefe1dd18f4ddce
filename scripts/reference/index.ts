/** The pages of `docs/reference/`, in the order of its table of contents. */
import { accessPage } from './access.page.ts';
import { accountingPage } from './accounting.page.ts';
import { attacksPage } from './attacks.page.ts';
import { columnsPage } from './columns.page.ts';
import { errorsPage } from './errors.page.ts';
import { jdlPage } from './jdl.page.ts';
import { jobStatesPage } from './job-states.page.ts';
import { licencesPage } from './licences.page.ts';
import { document, table, type Page } from './markdown.ts';
import { matchingRulesPage } from './matching-rules.page.ts';
import { metricsPage } from './metrics.page.ts';
import { restPage } from './rest.page.ts';
import { settingsPage } from './settings.page.ts';
import { waitingCausesPage } from './waiting-causes.page.ts';

const contents: readonly Page[] = [
  jdlPage,
  columnsPage,
  jobStatesPage,
  matchingRulesPage,
  waitingCausesPage,
  accountingPage,
  restPage,
  accessPage,
  errorsPage,
  settingsPage,
  metricsPage,
  attacksPage,
  licencesPage,
];

const contentsPage: Page = {
  file: 'README.md',
  title: 'Reference',
  render: () =>
    document(
      'Reference',
      'scripts/reference/index.ts',
      table(
        ['Page'],
        [...contents.map((page) => [`[${page.title}](${page.file})`]), ['[Glossary](glossary.md)']],
      ),
    ),
};

export const pages: readonly Page[] = [contentsPage, ...contents];
