/**
 * The room the key never leaves: a worker that opens the .p12, keeps the key as one that cannot be exported,
 * and signs one kind of thing with it, a proxy it builds itself. From the server's request it takes the public
 * key and nothing else. The page ends the worker when the upload is done or given up.
 */
import {
  buildProxy,
  checkPerson,
  isCredentialError,
  publicKeyOfRequest,
  slashForm,
  writeCertificates,
} from '@wm/credentials';
import { openPkcs12, type OpenedPkcs12 } from '@wm/credentials/pkcs12';
import type { Answer, Question } from './key-room.ts';

let opened: OpenedPkcs12 | undefined;

async function open(question: Extract<Question, { kind: 'open' }>): Promise<Answer> {
  const file = new Uint8Array(question.file);
  try {
    opened = await openPkcs12(file, question.passphrase);
  } finally {
    file.fill(0);
  }
  const { endEntity, others } = opened;
  checkPerson(endEntity, question.nowMs);
  return {
    kind: 'opened',
    certificate: {
      subjectDn: slashForm(endEntity.subject),
      issuerDn: slashForm(endEntity.issuer),
      notAfterMs: endEntity.notAfterMs,
      others: others.map(({ subject }) => slashForm(subject)),
    },
  };
}

async function sign(question: Extract<Question, { kind: 'sign' }>): Promise<Answer> {
  if (!opened) throw new Error('No file is open.');
  const { endEntity, key, intermediates } = opened;
  const proxy = await buildProxy({
    issuer: endEntity,
    issuerKey: key,
    publicKey: await publicKeyOfRequest(question.csrPem),
    nowMs: question.nowMs,
    notAfterMs: question.notAfterMs,
    policy: 'inheritAll',
  });
  const chain = [proxy, ...[endEntity, ...intermediates].map(({ der }) => der)];
  return { kind: 'signed', chainPem: writeCertificates(chain) };
}

const failure = (error: unknown): Answer =>
  isCredentialError(error)
    ? { kind: 'failed', reason: error.reason, message: error.message }
    : {
        kind: 'failed',
        reason: 'BUG',
        message: 'The file could not be read because of a fault in this page.',
      };

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  void (data.kind === 'open' ? open(data) : sign(data)).catch(failure).then((answer) => postMessage(answer));
});
