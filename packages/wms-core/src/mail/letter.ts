/** The form of every mail to a person, and which addresses get one. Pure. */

export interface LetterFacts {
  readonly installationName: string;
  readonly portalUrl: string;
  readonly supportEmail: string | undefined;
}

export function letter(
  { displayName, userName }: { readonly displayName: string; readonly userName: string },
  facts: LetterFacts,
  paragraphs: readonly string[],
): string {
  const help = facts.supportEmail === undefined ? [] : [`Questions: ${facts.supportEmail}`];
  return (
    [
      `Dear ${displayName || userName},`,
      ...paragraphs,
      [`${facts.installationName}, ${facts.portalUrl}`, ...help].join('\n'),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

/** One address and nothing else: it comes from an identity provider. */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text);
