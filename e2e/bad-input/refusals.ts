/** How a refusal is looked at: by the typed client, by a plain request, and on a raw socket. */
import { request as httpRequest } from 'node:http';
import { expect } from '@playwright/test';
import { WmsError, type ErrorCode } from '@wm/wms-core/vocabulary';

export interface Expected {
  readonly code: ErrorCode;
  readonly status: number;
  /** What the sentence must name. */
  readonly says: RegExp;
}

/** The error a typed call ended with; fails when it did not. */
export async function refusalOf(call: Promise<unknown>): Promise<WmsError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof WmsError) return outcome;
  throw outcome ?? new Error('The call was answered, but should have been refused.');
}

export async function expectRefusal(call: Promise<unknown>, expected: Expected): Promise<WmsError> {
  const error = await refusalOf(call);
  expect({ code: error.code, status: error.details['status'] }).toEqual({
    code: expected.code,
    status: expected.status,
  });
  expect(error.message).toMatch(expected.says);
  return error;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when the answer is not JSON. */
  readonly json: { readonly code?: string; readonly detail?: unknown } | undefined;
}

export async function plain(url: string, init: RequestInit = {}): Promise<PlainAnswer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as { code?: string; detail?: unknown }) : undefined,
  };
}

/** A refusal that names its code and says something a person can use; never a stack or a path of the server. */
export function expectPlainRefusal(answer: PlainAnswer, expected: Expected): void {
  expect({ code: answer.json?.code, status: answer.status }).toEqual({
    code: expected.code,
    status: expected.status,
  });
  const detail = answer.json?.detail;
  expect(typeof detail === 'string' ? detail : JSON.stringify(detail)).toMatch(expected.says);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d+|    at /);
}

/** Sends the path byte for byte: `fetch` would tidy `..` away before the server sees it. */
export function rawGet(serverUrl: string, path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(serverUrl);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method: 'GET', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end();
  });
}
