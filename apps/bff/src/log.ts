/**
 * The log: one JSON line an event, stable event name in `msg` (style.md §8). Values that could be secrets are
 * cut out by name here as a second net; the first is never to log them.
 */
import { pino, type DestinationStream } from 'pino';
import type { Logger } from '@wm/wms-core/logger';

const secretNames = [
  'authorization',
  'cookie',
  'password',
  'passphrase',
  'secret',
  'token',
  'accessToken',
  'access_token',
  'idToken',
  'id_token',
  'refresh_token',
  'code',
  'codeVerifier',
  'state',
  'csrfToken',
  'privateKey',
  'keyPem',
  'chainPem',
  'csrPem',
];

/** `code` and `state` alone are words of our own events; they are secrets only inside what others hand us. */
const plainAtTop = new Set(['code', 'state']);

const redactedPaths = [
  ...secretNames.filter((name) => !plainAtTop.has(name)),
  ...secretNames.map((name) => `*.${name}`),
  'err.response',
  'err.cause.response',
  'err.cause.parameters',
  'err.parameters',
];

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'workload-manager' },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: redactedPaths, censor: '[secret]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
