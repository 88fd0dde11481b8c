import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../../packages/web/test/browser/support/bundle.js';

/** The policies that pages of the tests have. */
export const POLICIES = {
  none: {},
  /** Nothing but the page's own script. */
  strict: {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; worker-src 'none'; frame-src 'self' http://localhost:*; media-src 'none'; base-uri 'none'",
  },
  'trusted-types': {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; frame-src 'self' http://localhost:*; require-trusted-types-for 'script'; trusted-types 'none'",
  },
  isolated: {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'cross-origin',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The name of a policy. */
export type Policy = keyof typeof POLICIES;

/** The meeting's page, whose script is the first one. */
const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Meeting</title><link rel="icon" href="data:,"><script src="/meeting.js"></script><body></body></html>';

/** A site with the same page under each policy: `/none`, `/strict` and so on. */
export class Site implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Starts it.
   *
   * @param folder - Where the page's script is bundled.
   */
  static async start(folder: string): Promise<Site> {
    await bundle({ meeting: fileURLToPath(new URL('../pages/meeting.ts', import.meta.url)) }, folder, {
      format: 'iife',
    });
    const script = readFileSync(join(folder, 'meeting.js'));
    const server = createServer(({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://localhost');
      if (pathname === '/meeting.js') {
        response.setHeader('content-type', 'text/javascript; charset=utf-8');
        response.setHeader('cross-origin-resource-policy', 'cross-origin');
        response.end(script);
        return;
      }
      const headers = POLICIES[pathname.slice(1) as Policy] ?? {};
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Site(server);
  }

  /** `http://127.0.0.1:PORT`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The same site under another name: browsers take it for another site. */
  get otherOrigin(): string {
    return `http://localhost:${this.#port}`;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
