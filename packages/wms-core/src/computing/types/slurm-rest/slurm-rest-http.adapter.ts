/**
 * HTTP to slurmrestd. What says nothing about any job is thrown as `service.unavailable` with the words of the service;
 * `details.wasSent` tells whether it may have acted on the request nevertheless. Each request has a connection of its
 * own: the service closes those it complained on, and one that was kept could break just when a job is sent.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../../kernel/clock.ts';
import { WmsError } from '../../../kernel/wms-error.ts';
import { httpFailure } from '../../hosts/http-failure.ts';
import { restWords } from './slurm-rest-answers.ts';
import type { SlurmRestParameters } from './slurm-rest-parameters.ts';

export interface SlurmRestHttp {
  /** The body, whatever its status, unless it says nothing about any job. `path` is below `/slurm/VERSION`. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: string): Promise<string>;
}

const tokenLifeS = 300;
const mostBodyBytes = 256 * 1_048_576;

export const createSlurmRestHttp = (values: SlurmRestParameters, clock: Clock): SlurmRestHttp => {
  const { endpoint, apiVersion, user, requestTimeoutS } = values;
  const unavailable = (words: string, wasSent: boolean, cause?: unknown): WmsError =>
    new WmsError(
      'service.unavailable',
      `slurmrestd at ${endpoint} does not answer: ${words}`,
      { endpoint, wasSent },
      { cause },
    );

  const token = async (): Promise<string> => {
    const path = values.keyFile ?? values.tokenFile ?? '';
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw unavailable(`${path} cannot be read`, false, cause);
    });
    if (values.keyFile !== undefined) return signedToken(bytes, user, Math.floor(clock.nowMs() / 1000));
    // `scontrol token` prints SLURM_JWT=…
    const text = bytes
      .toString('utf8')
      .trim()
      .replace(/^SLURM_JWT=/, '');
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text))
      throw unavailable(`${path} holds no token on one line`, false);
    return text;
  };

  return {
    ask: async (method, path, body) => {
      const headers = {
        'x-slurm-user-name': user,
        'x-slurm-user-token': await token(),
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      let status: number;
      let text: string;
      try {
        const response = await fetch(`${endpoint}/slurm/${apiVersion}${path}`, {
          method,
          headers,
          redirect: 'error',
          signal: AbortSignal.timeout(requestTimeoutS * 1000),
          ...(body === undefined ? {} : { body }),
        });
        if (Number(response.headers.get('content-length')) > mostBodyBytes)
          throw new Error('it says too much');
        [status, text] = [response.status, await response.text()];
      } catch (error) {
        const { words, wasSent } = httpFailure(error, requestTimeoutS);
        throw unavailable(words, wasSent, error);
      }
      const words = restWords(text);
      if (status === 401 || status === 403) throw unavailable(`${status} ${words}`, false);
      if (status === 404) throw unavailable(`there is no ${apiVersion} (404 ${words})`, false);
      if (saysNothing.test(words)) throw unavailable(`${status} ${words}`, !notTaken.test(words));
      return text;
    },
  };
};

/** A token that is not taken, or a controller that is away: nothing is said of any job. */
const saysNothing =
  /authentication|unspecified error|zero bytes were transmitted|unable to contact slurm controller|timed out|expired/i;

/** Of these, the controller cannot have got the request. */
const notTaken = /authentication|expired|unable to contact slurm controller \(connect failure\)/i;

/** What slurmctld takes with `AuthAltTypes=auth/jwt`. */
const signedToken = (key: Uint8Array, user: string, nowS: number): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: nowS, exp: nowS + tokenLifeS, sun: user })}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};
