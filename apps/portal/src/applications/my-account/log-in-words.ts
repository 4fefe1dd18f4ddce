/** Log-ins of the account in words. Pure. */
import type { LinkedLogIn, WaitingLogIn } from '../../server-state/my-account.ts';

const assurances: Readonly<Record<LinkedLogIn['assurance'], string>> = {
  none: 'assurance not told',
  low: 'low assurance',
  substantial: 'substantial assurance',
  high: 'high assurance',
};

export const assuranceWords = ({ assurance }: Pick<LinkedLogIn, 'assurance'>): string =>
  assurances[assurance];

/** As its provider names the person who waits. */
export const personWords = ({ name, email, subject }: WaitingLogIn): string => {
  const [who = subject, more] = [name, email].filter((word) => word !== null);
  return more === undefined ? who : `${who} (${more})`;
};

/** What else becomes of it; undefined when nothing does. */
export const sideEffectWords = ({
  outlook,
  takenBy,
}: Pick<WaitingLogIn, 'outlook' | 'takenBy'>): string | undefined =>
  outlook === 'unused'
    ? `Until now it leads to an account of its own here, ${takenBy ?? 'which is not named'}, in which nothing was done yet. That account is closed.`
    : undefined;

/** Why it cannot be linked, and what can be done; undefined when it can. */
export function hindranceWords(
  { outlook, provider, takenBy }: Pick<WaitingLogIn, 'outlook' | 'provider' | 'takenBy'>,
  supportEmail: string | null,
): string | undefined {
  const ask = supportEmail === null ? 'the administrators' : supportEmail;
  if (outlook === 'taken')
    return `This log-in leads to another account here, ${takenBy ?? 'which is not named'}. Nothing was changed. If you linked it there by mistake, log in by another log-in of ${takenBy ?? 'that account'} and un-link it under My Account; then link it here. If it is the only one there, ask ${ask} which of the two accounts is to stay.`;
  if (outlook === 'own') return 'This log-in leads to your account already; there is nothing to do.';
  if (outlook === 'second')
    return `Your account has another log-in at ${provider}, and one for each provider is the limit. Un-link that one first.`;
  return undefined;
}
