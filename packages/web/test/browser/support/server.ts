import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the server does to one path instead of serving it plainly. */
export interface Fault {
  /** Answers with this status and no body. */
  readonly status?: number;
  /** Waits so many milliseconds before it answers. */
  readonly delay?: number;
  /** Changes the body. */
  readonly alter?: (body: Buffer) => Buffer;
}

/** How a {@link TestServer} serves. */
export interface ServerOptions {
  /** Folders by the path under which they appear, `/assets/` for example. */
  readonly folders: Readonly<Record<string, string>>;
  /** Pages by path: their HTML, or what gives it for each request. */
  readonly pages?: Readonly<Record<string, string | (() => string)>>;
  /** The Content-Security-Policy of all answers; `null` for none. Default {@link STRICT_CSP}. */
  readonly csp?: string | null;
  /** Whether pages are cross-origin isolated (COOP and COEP). Default false. */
  readonly isolated?: boolean;
  /**
   * Whether browsers may keep large files that never change (clips, WebAssembly, networks), and what V8 made of them. Tests
   * that count requests say no. Default true.
   */
  readonly cached?: boolean;
}

/** What Elsewhere must run under. */
export const STRICT_CSP = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webm': 'video/webm',
};

/** Large files that never change while a server runs. */
const KEPT = /\.(alpha|tflite|wasm|y4m)$/;

/** A page with one module script and nothing else. */
export function pageOf(script: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><link rel="icon" href="data:,"><body><script type="module" src="${script}"></script></body></html>`;
}

/**
 * Serves folders and pages on a port of its own on 127.0.0.1, which browsers take for a secure context. Whatever is posted
 * to `/uploads/NAME` is kept for the test.
 */
export class TestServer implements AsyncDisposable {
  /** Paths with their queries, in the order of the requests. */
  readonly requests: string[] = [];
  /** When each of them was answered completely, in milliseconds since the epoch, at the index of its path. */
  readonly answered: (number | undefined)[] = [];
  /** Faults by path without query; may be changed at any time. */
  readonly faults = new Map<string, Fault>();
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #uploads = new Map<string, Buffer>();

  private constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Starts a server. */
  static async start(options: ServerOptions): Promise<TestServer> {
    const server = new TestServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** `http://127.0.0.1:PORT`. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What a page has posted to `/uploads/NAME`. */
  upload(name: string): Buffer {
    const body = this.#uploads.get(name);
    if (!body) throw new Error(`Nothing was posted to /uploads/${name}.`);
    return body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const path = decodeURIComponent(url.replace(/[?#].*/, ''));
    const index = this.requests.push(url) - 1;
    response.on('finish', () => {
      this.answered[index] = Date.now();
    });
    this.#setHeaders(path, response);
    if (request.method === 'POST') {
      await this.#keep(path, request);
      response.writeHead(204).end();
      return;
    }
    const { status, delay = 0, alter } = this.faults.get(path) ?? {};
    if (delay > 0) await sleep(delay);
    const body = status === undefined ? await this.#read(path) : undefined;
    if (!body) {
      response.writeHead(status ?? 404).end();
      return;
    }
    response.setHeader('Content-Type', TYPES[extname(path) || '.html'] ?? 'application/octet-stream');
    send(alter ? alter(body) : body, request, response);
  }

  #setHeaders(path: string, response: ServerResponse): void {
    const { csp = STRICT_CSP, isolated = false, cached = true } = this.#options;
    const isKept = cached && KEPT.test(path) && !this.faults.has(path);
    response.setHeader('Cache-Control', isKept ? 'max-age=3600, immutable' : 'no-store');
    if (csp !== null) response.setHeader('Content-Security-Policy', csp);
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
  }

  async #keep(path: string, request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.#uploads.set(path.replace('/uploads/', ''), Buffer.concat(chunks));
  }

  async #read(path: string): Promise<Buffer | undefined> {
    const page = this.#options.pages?.[path];
    if (page !== undefined) return Buffer.from(typeof page === 'string' ? page : page());
    for (const [prefix, folder] of Object.entries(this.#options.folders)) {
      if (!path.startsWith(prefix)) continue;
      const file = join(folder, path.slice(prefix.length));
      if (!file.startsWith(resolve(folder) + sep)) continue;
      const isFile = await stat(file).then(
        (found) => found.isFile(),
        () => false,
      );
      if (isFile) return readFile(file);
    }
    return undefined;
  }
}

/** Whole, or the part that was asked for: media elements seek by ranges. */
function send(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) {
    response.setHeader('Accept-Ranges', 'bytes');
    response.end(body);
    return;
  }
  const from = Number(range[1]);
  const to = Math.min(range[2] ? Number(range[2]) : body.length - 1, body.length - 1);
  response.setHeader('Content-Range', `bytes ${from}-${to}/${body.length}`);
  response.writeHead(206).end(body.subarray(from, to + 1));
}
