/** What owners are told by mail of the log-ins of their accounts, in words. Pure. */
import { instantText } from '../../kernel/instant-text.ts';

export interface ToldLogIn {
  readonly accountId: string;
  readonly issuer: string;
  /** As its provider names the person. */
  readonly person: string;
  readonly atMs: number;
}

interface Words {
  readonly matter: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

const wordsOf = (
  what: string,
  { accountId, issuer, atMs }: ToldLogIn,
  subject: string,
  told: string,
): Words => ({
  matter: `log-in ${what} ${accountId} ${issuer} ${atMs}`,
  subject,
  paragraphs: [
    told,
    'If that was not you, log out everywhere under My Account > Where I am logged in, change your password at your identity provider, and write to the support.',
  ],
});

const identity = ({ person, issuer }: ToldLogIn): string => `${person}\nat ${issuer}`;

export const linkedMail = (logIn: ToldLogIn): Words =>
  wordsOf(
    'linked',
    logIn,
    'A second log-in opens your account',
    `at ${instantText(logIn.atMs)} this log-in was linked to your account, and opens it from now on:\n${identity(logIn)}`,
  );

export const unlinkedMail = (logIn: ToldLogIn): Words =>
  wordsOf(
    'unlinked',
    logIn,
    'A log-in opens your account no more',
    `at ${instantText(logIn.atMs)} this log-in was un-linked from your account. Its sessions have ended, and groups that came from it are gone:\n${identity(logIn)}`,
  );

/** To who tried. */
export const refusedMail = (logIn: ToldLogIn): Words =>
  wordsOf(
    'refused',
    logIn,
    'A log-in was not linked to your account',
    `at ${instantText(logIn.atMs)} a session of your account tried to link this log-in, which leads to another account here. Nothing was changed:\n${identity(logIn)}`,
  );

/** To who has it. */
export const wantedMail = (logIn: ToldLogIn, by: string): Words =>
  wordsOf(
    'wanted',
    logIn,
    'Somebody tried to link your log-in to another account',
    `at ${instantText(logIn.atMs)} the account ${by} tried to link this log-in, which opens your account. Who did so had logged in with it. Nothing was changed:\n${identity(logIn)}`,
  );
