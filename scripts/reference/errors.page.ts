import { errorCodes } from '@wm/wms-core/vocabulary';
import { problems } from '@wm/bff/problem';
import { code, document, table, type Page } from './markdown.ts';

export const errorsPage: Page = {
  file: 'errors.md',
  title: 'Errors',
  render: () =>
    document(
      'Errors',
      'packages/wms-core/src/kernel/error-codes.ts',
      'Our own faces answer with `application/problem+json` (RFC 9457) and the code in `code`; `/api` answers `{ "detail": … }` as DiracX does, with the code beside it. `details` holds facts such as field, line, column or limit; `requestId` finds the log line.',
      table(
        ['Code', 'HTTP status', 'Title'],
        errorCodes.map((errorCode) => [
          code(errorCode),
          problems[errorCode].status,
          problems[errorCode].title,
        ]),
      ),
    ),
};
