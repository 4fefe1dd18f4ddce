/** Words that say "nothing in particular": they step back. */
const quietWords = new Set(['', 'ANY', 'Unknown', 'NotAssigned', 'Not given']);

export const isQuiet = (text: string): boolean => quietWords.has(text);
