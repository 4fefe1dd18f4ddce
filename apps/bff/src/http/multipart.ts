/** Reads a presigned upload: form fields first, then `file`, which is handed on as it arrives. */
import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { WmsError } from '@wm/wms-core/vocabulary';

export type Fields = ReadonlyMap<string, string>;

const malformed = (message: string): WmsError => new WmsError('input.invalid', message, { field: 'body' });

const brokeOff = (): WmsError => malformed('The upload broke off.');

/**
 * Resolves with what `receive` answers for the part `file`. A later second file or field is refused by the
 * limits; the length of the file is judged by `receive`, which knows what was announced.
 */
export function receiveMultipart<T>(
  request: IncomingMessage,
  receive: (fields: Fields, file: Readable) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fields = new Map<string, string>();
    let received: Promise<T> | undefined;
    const fail = (error: unknown): void => {
      request.unpipe(parser);
      reject(error instanceof Error ? error : brokeOff());
    };
    let parser: busboy.Busboy;
    try {
      parser = busboy({
        headers: request.headers,
        limits: { fields: 16, fieldSize: 16_384, fieldNameSize: 128, files: 1, parts: 17, headerPairs: 64 },
      });
    } catch {
      reject(malformed('The upload must be multipart/form-data: the announced fields, then “file”.'));
      return;
    }
    parser.on('field', (name, value) => fields.set(name, value));
    parser.on('file', (name, file) => {
      if (name !== 'file') {
        file.resume();
        fail(malformed(`The part “${name}” is not expected; the file must be named “file”.`));
        return;
      }
      // Whoever reads the file is told; `receive` may still be asking the database and read nothing yet.
      file.on('error', () => undefined);
      // A request that breaks off must end the file too, or `receive` would wait for ever.
      request.once('close', () => {
        if (!request.complete) file.destroy(brokeOff());
      });
      received = receive(fields, file);
      // What `receive` left unread (the content was there already) must be passed over, or the form never ends.
      received.then(() => file.resume(), fail);
    });
    parser.on('error', () => fail(malformed('The upload is not well-formed multipart/form-data.')));
    parser.on('close', () => {
      if (received === undefined) fail(malformed('The upload has no part named “file”.'));
      else received.then(resolve, fail);
    });
    request.once('error', () => fail(brokeOff()));
    request.pipe(parser);
  });
}
