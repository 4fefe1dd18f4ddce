/**
 * The built portal: its page with a fresh nonce at every answer, its files compressed once and kept in memory.
 * Files below `assets/` carry a hash in their name and never change. Unknown paths get the page (the portal
 * routes in the browser); unknown files do not.
 */
import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import { makeNonce, pagePolicy } from './security-headers.ts';

export interface PortalFilesOptions {
  /** Folder of the built portal. */
  readonly folder: string;
  readonly issuerOrigin: string | undefined;
  /** Browsers at another name of this machine are sent here, or they would lose the log-in on the way. */
  readonly publicOrigin: string;
}

type Encoding = 'br' | 'gzip' | 'identity';

interface CachedFile {
  readonly changedAtMs: number;
  readonly bodies: Map<Encoding, Promise<Buffer>>;
}

const noncePlaceholder = /__CSP_NONCE__/g;
const compressible = new Set(['.js', '.css', '.html', '.svg', '.json', '.map', '.txt', '.webmanifest']);
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

function encode(body: Buffer, encoding: Encoding): Promise<Buffer> {
  // Quality 6 of 11: a first visitor waits for it.
  if (encoding === 'br') return brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
  return encoding === 'gzip' ? gzipped(body) : Promise.resolve(body);
}

function encodingFor(request: Request, path: string): Encoding {
  if (!compressible.has(extname(path))) return 'identity';
  const accepted = request.acceptsEncodings('br', 'gzip', 'identity');
  return accepted === 'br' || accepted === 'gzip' ? accepted : 'identity';
}

const noBuildPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Workload Manager</title>
<h1>The portal is not built</h1><p>The server runs, but <code>apps/portal/dist</code> is missing. Run
<code>npm start</code>, which builds it, or <code>npx vite build apps/portal</code>.</p></html>`;

export function portalFiles(options: PortalFilesOptions): RequestHandler {
  const cache = new Map<string, CachedFile>();
  const publicHost = new URL(options.publicOrigin).host;

  async function bodyOf(path: string, encoding: Encoding): Promise<Buffer | undefined> {
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined || !facts.isFile()) return undefined;
    let file = cache.get(path);
    // The portal may be built anew while the server runs.
    if (file === undefined || file.changedAtMs !== facts.mtimeMs) {
      file = { changedAtMs: facts.mtimeMs, bodies: new Map() };
      cache.set(path, file);
    }
    let body = file.bodies.get(encoding);
    if (body === undefined) {
      body = readFile(path).then((plain) => encode(plain, encoding));
      file.bodies.set(encoding, body);
    }
    return body;
  }

  /** `undefined` for anything that leaves the folder. */
  function fileFor(urlPath: string): string | undefined {
    let decoded: string;
    try {
      decoded = decodeURIComponent(urlPath);
    } catch {
      return undefined;
    }
    const path = join(options.folder, decoded);
    return path.startsWith(options.folder + sep) && !decoded.includes('\0') ? path : undefined;
  }

  async function sendPage(response: Response): Promise<void> {
    const nonce = makeNonce();
    const page = await bodyOf(join(options.folder, 'index.html'), 'identity');
    response.setHeader('Content-Security-Policy', pagePolicy(nonce, options.issuerOrigin));
    response.setHeader('Cache-Control', 'no-store');
    response.status(page === undefined ? 503 : 200).type('html');
    response.send((page?.toString('utf8') ?? noBuildPage).replace(noncePlaceholder, nonce));
  }

  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const isFile = extname(request.path) !== '' && request.path !== '/index.html';
    if (!isFile) {
      if (request.get('host') === publicHost) await sendPage(response);
      else response.redirect(307, options.publicOrigin + request.originalUrl.replace(/^\/+/, '/'));
      return;
    }
    const path = fileFor(request.path);
    const encoding = encodingFor(request, request.path);
    const body = path === undefined ? undefined : await bodyOf(path, encoding);
    if (body === undefined) {
      next();
      return;
    }
    const isHashed = request.path.startsWith('/assets/');
    response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.setHeader('Vary', 'Accept-Encoding');
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
    response.type(extname(request.path)).send(body);
  };
}
