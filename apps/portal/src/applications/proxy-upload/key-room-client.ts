/**
 * The page's side of the key room: starts a worker for one upload, asks, waits at most a minute, and ends it.
 * The passphrase is handed on and not kept.
 */
import { CredentialError, type CredentialReason } from '@wm/credentials';
import type { Answer, OpenedCertificate, Question } from './key-room.ts';

/** A worker that is stuck in a key derivation can only be ended. */
const maxWaitMs = 60_000;

export interface KeyRoom {
  /** Throws CredentialError. */
  open(file: ArrayBuffer, passphrase: string): Promise<OpenedCertificate>;
  /** Throws CredentialError. */
  sign(csrPem: string, notAfterMs: number): Promise<string>;
  /** Ends the worker and with it the key. Idempotent. */
  close(): void;
}

/** The part of a Worker that is used, so that tests can stand in for it. */
export interface WorkerLike {
  postMessage(message: Question, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

const startWorker = (): WorkerLike =>
  new Worker(new URL('./key-room.worker.ts', import.meta.url), { type: 'module', name: 'key-room' });

const broken = (): CredentialError =>
  new CredentialError(
    'P12_MALFORMED',
    'The file could not be read: the browser stopped reading it. Try again.',
  );

const tooSlow = (): CredentialError =>
  new CredentialError(
    'P12_ITERATIONS',
    'Opening the file takes longer than a minute on this machine. Export it again with fewer rounds of key derivation.',
  );

export function openKeyRoom(start: () => WorkerLike = startWorker, waitMs = maxWaitMs): KeyRoom {
  const worker = start();
  let giveUp: ((error: Error) => void) | undefined;

  const ask = (
    question: Question,
    transfer: Transferable[] = [],
  ): Promise<Exclude<Answer, { kind: 'failed' }>> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(tooSlow()), waitMs);
      giveUp = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      worker.onerror = () => end(broken());
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        clearTimeout(timer);
        giveUp = undefined;
        if (data.kind === 'failed')
          reject(new CredentialError(data.reason === 'BUG' ? 'P12_MALFORMED' : data.reason, data.message));
        else resolve(data);
      };
      worker.postMessage(question, transfer);
    });

  function end(error: Error): void {
    worker.terminate();
    giveUp?.(error);
    giveUp = undefined;
  }

  return {
    async open(file, passphrase) {
      const answer = await ask({ kind: 'open', file, passphrase, nowMs: Date.now() }, [file]);
      if (answer.kind !== 'opened') throw broken();
      return answer.certificate;
    },
    async sign(csrPem, notAfterMs) {
      const answer = await ask({ kind: 'sign', csrPem, nowMs: Date.now(), notAfterMs });
      if (answer.kind !== 'signed') throw broken();
      return answer.chainPem;
    },
    close: () => end(broken()),
  };
}

/** Reasons that the passphrase field answers for; all others are the file's. */
export const isPassphraseFault = (reason: CredentialReason): boolean => reason === 'P12_PASSPHRASE';
