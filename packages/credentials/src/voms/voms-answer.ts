/**
 * What a VOMS server answers (credentials.md §7.2). Its XML is not one: a message may hold our own request with all
 * its marks. So the few elements are looked for, never parsed.
 */
import { CredentialError } from '../credential-error.ts';

export interface VomsMessage {
  readonly number: number;
  readonly text: string;
}

export type VomsAnswer =
  | {
      readonly kind: 'granted';
      readonly attributeCertificate: Uint8Array<ArrayBuffer>;
      /** Such as: shortened to 86400 seconds. */
      readonly warnings: readonly VomsMessage[];
    }
  | {
      readonly kind: 'refused';
      /** It is about who asks and what for; otherwise the server has a trouble of its own. */
      readonly isFinal: boolean;
      readonly text: string;
    };

export const maxVomsAnswerBytes = 1_048_576;
/** No more is to come. */
export const vomsAnswerEnd = '</vomsans>';

/** Numbers from here on say that there is no attribute certificate. */
const firstError = 1000;
/** No member or not in that group or role; no attributes at all; suspended. */
const final: ReadonlySet<number> = new Set([1001, 1002, 1004]);

const malformed = (cause?: unknown): CredentialError =>
  new CredentialError('VOMS_ANSWER', 'The VOMS server sent something else than an answer.', { cause });

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** One line, printable, not too long: it is shown to people. */
const sentence = (text: string): string =>
  text
    .replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '')
    .replaceAll(/[^\u0020-\u007e\u00a0-\uffff]+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, 500);

function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw malformed(cause);
  }
}

/** Throws CredentialError VOMS_ANSWER. */
export function parseVomsAnswer(text: string): VomsAnswer {
  const body = /<vomsans>([\s\S]*)<\/vomsans>\s*$/.exec(text)?.[1];
  if (body === undefined || text.length > maxVomsAnswerBytes) throw malformed();
  const item = /<number>\s*(\d{1,6})\s*<\/number>\s*<message>([\s\S]*?)<\/message>/g;
  const messages = [...body.matchAll(item)].map(([, number, message = '']) => ({
    number: Number(number),
    text: sentence(message),
  }));
  const error = messages.find(({ number }) => number >= firstError);
  if (error) return { kind: 'refused', isFinal: final.has(error.number), text: error.text };
  const attributeCertificate = decode(/<ac>([A-Za-z0-9+/=\s]*)<\/ac>/.exec(body)?.[1] ?? '');
  if (attributeCertificate.length === 0) throw malformed();
  return { kind: 'granted', attributeCertificate, warnings: messages };
}
