import { badInputs } from './bad-inputs.ts';
import { threats, type Attack } from './attacks.ts';
import { code, document, table, type Page } from './markdown.ts';

const rowsOf = (attacks: readonly Attack[]): readonly (readonly string[])[] =>
  attacks.map(({ attack, defence, tests }) => [
    attack,
    defence,
    tests.map(([file, title]) => `${code(file)}: ${title}`).join('<br>'),
  ]);

export const attacksPage: Page = {
  file: 'attacks.md',
  title: 'Attacks on credentials and their tests',
  render: () =>
    document(
      'Attacks on credentials and their tests',
      'scripts/reference/attacks.ts',
      'What is meant by it all stands in [Security](../explanation/security.md). Each test is named as it is reported; a test that is gone fails the build.',
      '## Threats',
      table(['Attack', 'Defence', 'Tests'], rowsOf(threats)),
      '## Bad input',
      table(['Input', 'Answer', 'Tests'], rowsOf(badInputs)),
    ),
};
