import { createReadStream } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HELLO, PROOF, proofOf } from './identity.js';

/**
 * What the page may do: run its own scripts, show media that it has created, and connect to no other server. No other page may
 * show it in a frame.
 */
export const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every response, whatever its status. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * The names under which this server is asked. Under any other name it would be a page of another site, whose name was made to
 * lead here (DNS rebinding). The port may be one that is forwarded to this server.
 */
const HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** What is served. */
export interface Folders {
  /** The built page. */
  readonly page: string;
  /** Models that were fetched: served beside those that come with the page. */
  readonly models: string;
  /** This user's key, by which another process recognises this server. */
  readonly keyFile: string;
}

/** Where the page looks for the engine's files. */
const ENGINE = '/elsewhere/';

/** The names of the models that are there: the page asks before it offers them. */
const LIST = `${ENGINE}models.json`;

/**
 * Serves the page of the studio.
 *
 * @param folders - Where its files are.
 * @returns A server that does not listen yet.
 */
export function createStudioServer(folders: Folders): Server {
  return createServer((request, response) => {
    answer(folders, request, response).catch(() => response.destroy());
  });
}

async function answer(folders: Folders, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { method, url = '/', headers } = request;
  const [, host, port = ''] = HOST.exec(headers.host ?? '') ?? [];
  if (!host) {
    response.writeHead(421).end();
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const path = pathOf(url);
  if (host !== '127.0.0.1' && path !== undefined) {
    // One origin: what the browser keeps for another one would be missing.
    response.writeHead(308, { Location: `http://127.0.0.1${port}${url}` }).end();
    return;
  }
  if (path === HELLO) {
    const proof = await proofOf(folders.keyFile, request.socket.localPort ?? 0, url.split('?')[1]);
    response.writeHead(proof ? 204 : 404, proof ? { [PROOF]: proof } : {}).end();
    return;
  }
  if (path === LIST) {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
    response.end(await listModels(folders));
    return;
  }
  const found = path === undefined ? undefined : await find(folders, path);
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  const { size, modified } = found;
  const tag = `"${size.toString(36)}-${Math.round(modified).toString(36)}"`;
  response.setHeader('ETag', tag);
  // Files with a hash in their names are immutable; all others are revalidated.
  const isFixed = path?.startsWith('/assets/');
  response.setHeader('Cache-Control', isFixed ? 'max-age=31536000, immutable' : 'no-cache');
  if (headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('Content-Type', TYPES[extname(found.path)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', size);
  if (method === 'HEAD') response.end();
  // Closes the file as well where a download is aborted.
  else await pipeline(createReadStream(found.path), response);
}

interface Found {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

async function find({ page, models }: Folders, path: string): Promise<Found | undefined> {
  const name = path.endsWith('/') ? `${path}index.html` : extname(path) === '' ? `${path}.html` : path;
  const inPage = await file(page, name);
  if (inPage || !name.startsWith(ENGINE) || extname(name) !== '.tflite') return inPage;
  return file(models, name.slice(ENGINE.length));
}

/** Those that come with the page, and those that were fetched. */
async function listModels({ page, models }: Folders): Promise<string> {
  const own: string[] = JSON.parse(await readFile(join(page, LIST), 'utf8'));
  const names = (await readdir(models).catch(() => [])).filter((name) => extname(name) === '.tflite');
  const found = await Promise.all(names.map((name) => file(models, name)));
  return JSON.stringify([...new Set([...own, ...names.filter((_, index) => found[index])])]);
}

/** The path of an address, decoded; none where it makes no sense. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*/, ''));
    return path.startsWith('/') && !path.includes('\0') ? path : undefined;
  } catch {
    return undefined;
  }
}

/** A file in a folder, and nowhere else, not by a link either. */
async function file(folder: string, name: string): Promise<Found | undefined> {
  const path = join(folder, name);
  if (!path.startsWith(resolve(folder) + sep)) return undefined;
  try {
    const real = await realpath(path);
    if (!real.startsWith((await realpath(folder)) + sep)) return undefined;
    const found = await stat(real);
    return found.isFile() ? { path: real, size: found.size, modified: found.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}
