/**
 * Sending a draft: pack and upload the files, submit, remember the answer. A second press while one is under way
 * does nothing; a repetition after a lost answer carries the same key and makes no second jobs.
 */
import { setAttribute } from './jdl-draft.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import {
  findEntry,
  isWmsError,
  listValue,
  noJdlLimits,
  parseJdl,
  textsOf,
  withInputSandbox,
} from '@wm/wms-core/vocabulary';
import { submitBulk } from '../../server-state/bulks.ts';
import { submitJobs, uploadSandbox } from '../../server-state/launchpad.ts';
import { sizeText } from './input-files.ts';
import { packSandbox, type SandboxFile } from './sandbox-archive.ts';

export type Submission =
  | { readonly phase: 'idle' }
  | { readonly phase: 'packing' }
  /** Share sent, 0 to 1. */
  | { readonly phase: 'uploading'; readonly share: number }
  | { readonly phase: 'submitting' }
  | { readonly phase: 'done'; readonly jobIds: readonly number[] }
  /** Many jobs, made from now on. */
  | { readonly phase: 'launched'; readonly bulkId: number }
  | { readonly phase: 'failed'; readonly error: unknown };

export interface SubmissionHandle {
  readonly submission: Submission;
  readonly isBusy: boolean;
  /** `isLarge`: so many jobs that they are made after the answer. */
  readonly submit: (text: string, files: readonly SandboxFile[], isLarge: boolean) => Promise<void>;
  readonly forget: () => void;
}

/** The text as it is sent: local names replaced by the uploaded sandbox. */
export function textWithSandbox(text: string, names: readonly string[], pfn: string): string {
  const replaced = withInputSandbox(
    parseJdl(text, noJdlLimits).description,
    Object.fromEntries(names.map((name) => [name, pfn])),
  );
  const entry = findEntry(replaced, 'InputSandbox');
  return entry ? setAttribute(text, 'InputSandbox', listValue(textsOf(entry.value))) : text;
}

const tooLarge = (sizeBytes: number, limitBytes: number): Error =>
  new Error(
    `The packed input sandbox has ${sizeText(sizeBytes)}; at most ${sizeText(limitBytes)} are allowed. Put large files into the catalog.`,
  );

async function sendDraft(text: string, key: string, isLarge: boolean): Promise<Submission> {
  if (isLarge) return { phase: 'launched', bulkId: (await submitBulk([text], key)).bulkId };
  const jobs = await submitJobs([text], key);
  return { phase: 'done', jobIds: jobs.map(({ JobID }) => JobID) };
}

const isGivenUp = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

export function useSubmission(limitBytes: number): SubmissionHandle {
  const [submission, setSubmission] = useState<Submission>({ phase: 'idle' });
  const isUnderWay = useRef(false);
  const request = useRef({ text: '', key: '' });
  const cancel = useRef(new AbortController());
  useEffect(() => {
    cancel.current = new AbortController();
    return () => cancel.current.abort();
  }, []);

  const upload = useCallback(
    async (files: readonly SandboxFile[]): Promise<string> => {
      setSubmission({ phase: 'packing' });
      const archive = await packSandbox(files);
      if (archive.sizeBytes > limitBytes) throw tooLarge(archive.sizeBytes, limitBytes);
      setSubmission({ phase: 'uploading', share: 0 });
      return uploadSandbox(archive, {
        onProgress: (share) => setSubmission({ phase: 'uploading', share }),
        signal: cancel.current.signal,
      });
    },
    [limitBytes],
  );

  const submit = useCallback(
    async (text: string, files: readonly SandboxFile[], isLarge: boolean): Promise<void> => {
      if (isUnderWay.current) return;
      isUnderWay.current = true;
      try {
        const names = files.map(({ name }) => name);
        const final = files.length === 0 ? text : textWithSandbox(text, names, await upload(files));
        if (request.current.text !== final) request.current = { text: final, key: crypto.randomUUID() };
        setSubmission({ phase: 'submitting' });
        const answer = await sendDraft(final, request.current.key, isLarge);
        request.current = { text: '', key: '' };
        setSubmission(answer);
      } catch (error) {
        // A refusal is final: the mended draft is a new request. A lost answer keeps its key.
        if (isWmsError(error) && error.code !== 'service.unavailable')
          request.current = { text: '', key: '' };
        if (!isGivenUp(error)) setSubmission({ phase: 'failed', error });
      } finally {
        isUnderWay.current = false;
      }
    },
    [upload],
  );

  const forget = useCallback(() => {
    if (!isUnderWay.current) setSubmission({ phase: 'idle' });
  }, []);
  const isBusy = ['packing', 'uploading', 'submitting'].includes(submission.phase);
  return { submission, isBusy, submit, forget };
}
