/** What somebody is told by mail when a manager ends or stops his membership, in words. Pure. */
import { instantText } from '../../kernel/instant-text.ts';

export interface ToldMember {
  readonly accountId: string;
  readonly vo: string;
  readonly atMs: number;
}

const ask = (vo: string): string => `If you do not know why, ask the managers of ${vo}.`;

export const suspendedMail = ({ accountId, vo, atMs }: ToldMember, reason: string) => ({
  matter: `suspended ${accountId} ${vo} ${atMs}`,
  subject: `${vo} suspended you`,
  paragraphs: [
    `at ${instantText(atMs)} the managers of ${vo} suspended you, for this reason:\n${reason}`,
    'Until that is lifted you are in no group of this VO, whichever way you log in; your waiting jobs are held, and certificates that this installation issued to you are revoked.',
    ask(vo),
  ],
});

export const resumedMail = ({ accountId, vo, atMs }: ToldMember) => ({
  matter: `resumed ${accountId} ${vo} ${atMs}`,
  subject: `${vo} suspends you no more`,
  paragraphs: [
    `at ${instantText(atMs)} the managers of ${vo} lifted your suspension. Your groups are as before, and held jobs go on when they have a proxy.`,
  ],
});

export const endedMail = ({ accountId, vo, atMs }: ToldMember, group: string) => ({
  matter: `membership ended ${accountId} ${group} ${atMs}`,
  subject: `Your membership of ${group} ended`,
  paragraphs: [
    `at ${instantText(atMs)} the managers of ${vo} ended the membership of ${group} that they had granted you.`,
    ask(vo),
  ],
});
