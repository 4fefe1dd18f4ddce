/**
 * Scripts for `sh -s` and what comes back from them. The whole script is a function that is called by its last line,
 * so a script cut short on its way does nothing; its answer lies between two marker lines, because log-in shells
 * print banners. Asked by the hosts and by the computing elements that write scripts.
 */

/** One word of a script, whatever the text holds. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that reads the JSON of a value on standard input. JSON is one line, so no line of it can end it. */
export const fedWith = (command: string, value: unknown): string =>
  `${command} <<'WM_END'\n${JSON.stringify(value)}\nWM_END`;

/** `body` must not call `exit`; it may `return`. */
export const framedScript = (body: string, marker: string): string =>
  [
    'wm_script() {',
    body,
    '}',
    `printf '\\n%s\\n' ${quoted(marker)}`,
    'wm_script < /dev/null',
    `printf '\\n%s\\n' ${quoted(marker)}`,
    '',
  ].join('\n');

/** What the body printed; undefined when it did not run to its end. */
export const answerIn = (stdout: string, marker: string): string | undefined => {
  const line = `\n${marker}\n`;
  const start = stdout.indexOf(line);
  const end = stdout.lastIndexOf(line);
  return start < 0 || end < start + line.length ? undefined : stdout.slice(start + line.length, end);
};

/** Rows of an answer whose fields are parted by tabs. */
export const rowsOf = (answer: string): readonly (readonly string[])[] =>
  answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** Of a command: exit code, and what it printed on both channels. */
export interface CommandAnswer {
  readonly code: number;
  readonly text: string;
}

/** Sections of an answer: lines begin with a letter and a bar. */
export const sectionsOf = (answer: string): ReadonlyMap<string, string> => {
  const sections = new Map<string, string>();
  for (const line of answer.split('\n')) {
    const [, letter, rest] = /^([A-Z])\|(.*)$/.exec(line) ?? [];
    if (letter !== undefined) sections.set(letter, `${sections.get(letter) ?? ''}${rest}\n`);
  }
  return sections;
};

/** The command whose exit code stands in section `letter` and whose text stands in section `texts`. */
export const answerOf = (
  sections: ReadonlyMap<string, string>,
  letter: string,
  texts: string,
): CommandAnswer => ({
  code: Number.parseInt(sections.get(letter) ?? '1', 10),
  text: sections.get(texts) ?? '',
});
