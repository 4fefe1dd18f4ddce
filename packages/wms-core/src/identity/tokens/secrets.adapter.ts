/** Codes and tokens that cannot be guessed, and the hashes by which they are kept. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { userCodeLength, userCodeLetters } from './user-code.ts';
import { uuid7 } from './uuid7.ts';

/** 256 random bits. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

export const randomUserCode = (): string =>
  Array.from({ length: userCodeLength }, () => userCodeLetters[randomInt(userCodeLetters.length)]).join('');

export const newId = (atMs: number): string => uuid7(atMs, randomBytes(10));

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
