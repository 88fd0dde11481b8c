import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

/** What the page may do: run its own scripts, show media that it has created, and connect to no other server. */
export const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob:",
  "style-src 'self'",
].join('; ');

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
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const path = pathOf(request.url ?? '/');
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
  const isFixed = found.path.startsWith(join(folders.page, 'assets') + sep);
  response.setHeader('Cache-Control', isFixed ? 'max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('Content-Type', TYPES[extname(found.path)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', size);
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(found.path)
      .on('error', () => response.destroy())
      .pipe(response);
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
  const fetched = await readdir(models).catch(() => []);
  return JSON.stringify([...new Set([...own, ...fetched.filter((name) => extname(name) === '.tflite')])]);
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

/** A file in a folder, and nowhere else. */
async function file(folder: string, name: string): Promise<Found | undefined> {
  const path = join(folder, name);
  if (!path.startsWith(resolve(folder) + sep)) return undefined;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { path, size: found.size, modified: found.mtimeMs } : undefined;
}
