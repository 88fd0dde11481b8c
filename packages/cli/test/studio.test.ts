import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOurStudio } from '../src/studio/identity.js';
import { serveStudio } from '../src/studio/serve.js';
import { createStudioServer, POLICY } from '../src/studio/server.js';

let folder: string;
let server: Server;
let port: number;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-studio-'));
  for (const name of ['page/assets', 'page/elsewhere', 'models'])
    mkdirSync(join(folder, name), { recursive: true });
  const files = {
    'secret.txt': 'secret',
    'page/index.html': 'page',
    'page/output.html': 'output',
    'page/assets/index-1.js': 'script',
    'page/elsewhere/kernels.wasm': 'wasm',
    'page/elsewhere/models.json': '["own.tflite"]',
    'page/elsewhere/own.tflite': 'own',
    'models/fetched.tflite': 'fetched',
    'models/other.txt': 'other',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'models/link.tflite'));
  symlinkSync(folder, join(folder, 'models/folder'));
  writeFileSync(join(folder, 'secret.tflite'), 'secret');
  writeFileSync(join(folder, 'page/large.bin'), Buffer.alloc(8 << 20));
  server = createStudioServer({
    page: join(folder, 'page'),
    models: join(folder, 'models'),
    keyFile: join(folder, 'studio.key'),
  });
  port = await listening(server);
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Listens on a free port, and returns it. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Requests a path unchanged: `fetch` would normalise it, and set its own host. */
function ask(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response);
    })
      .on('error', reject)
      .end();
  });
}

const statusOf = async (path: string) => (await ask(path)).statusCode;

describe('the studio server', () => {
  test.each([
    ['/', 'page', 'text/html; charset=utf-8'],
    ['/?installed', 'page', 'text/html; charset=utf-8'],
    ['/output', 'output', 'text/html; charset=utf-8'],
    ['/assets/index-1.js', 'script', 'text/javascript; charset=utf-8'],
    ['/elsewhere/kernels.wasm', 'wasm', 'application/wasm'],
    ['/elsewhere/own.tflite', 'own', 'application/octet-stream'],
    ['/elsewhere/fetched.tflite', 'fetched', 'application/octet-stream'],
  ])('serves %s', async (path, text, type) => {
    const response = await fetch(origin + path);
    expect(await response.text()).toBe(text);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(response.headers.get('Content-Security-Policy')).toBe(POLICY);
  });

  test.each(['/', '/elsewhere/models.json', '/nothing', '/%ff'])('protects %s', async (path) => {
    const { headers } = await ask(path);
    expect(headers).toMatchObject({
      'content-security-policy': POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  test('has a page that no other page shows, and that posts to none', () => {
    for (const directive of ['frame-ancestors', 'base-uri', 'form-action', 'object-src']) {
      expect(POLICY).toContain(`; ${directive} 'none'`);
    }
  });

  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.0.0.1@evil.example',
    '127.0.0.1:80:80',
    '[::1]',
    '0.0.0.0',
    '192.168.0.7:4747',
  ])('is no page of the host %j', async (host) => {
    expect((await ask('/', { host })).statusCode).toBe(421);
  });

  test('is asked at one origin', async () => {
    expect((await ask('/', { host: `127.0.0.1:${port}` })).statusCode).toBe(200);
    const { statusCode, headers } = await ask('/output?x', { host: `localhost:${port}` });
    expect(statusCode).toBe(308);
    expect(headers.location).toBe(`${origin}/output?x`);
  });

  test.runIf(process.platform === 'linux')('closes the files of downloads that are aborted', async () => {
    const large = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return statSync(`/proc/self/fd/${fd}`).size === 8 << 20;
        } catch {
          return false;
        }
      }).length;
    const abort = () =>
      new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(`GET /large.bin HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
        );
        socket.once('data', () => socket.destroy());
        socket.once('close', () => resolve());
      });
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 20 }, abort));
    await expect.poll(large).toBe(0);
    expect((await ask('/large.bin')).statusCode).toBe(200);
  });

  test('lists the available models', async () => {
    expect(await (await fetch(`${origin}/elsewhere/models.json`)).json()).toEqual([
      'own.tflite',
      'fetched.tflite',
    ]);
  });

  test('answers 304 for unchanged files', async () => {
    const first = await fetch(`${origin}/elsewhere/kernels.wasm`);
    const tag = first.headers.get('ETag') ?? '';
    const second = await fetch(`${origin}/elsewhere/kernels.wasm`, { headers: { 'If-None-Match': tag } });
    expect(second.status).toBe(304);
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/elsewhere/..%2f..%2fsecret.txt',
    '/elsewhere/link.tflite',
    '/elsewhere/folder/secret.tflite',
    '/%00',
    '/%ff',
  ])('serves nothing outside its folders: %s', async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  test.each(['/nothing', '/elsewhere/other.txt', '/assets/'])('has no %s', async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  test('refuses other methods than GET and HEAD', async () => {
    expect((await fetch(origin, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

describe('serving the studio', () => {
  const keyFile = () => join(folder, 'keys', 'studio.key');

  /** A port that is free now. */
  async function freePort(): Promise<number> {
    const other = createServer();
    const free = await listening(other);
    await new Promise((resolve) => other.close(resolve));
    return free;
  }

  test('uses the one that runs already', async () => {
    const options = { usualPort: await freePort(), keyFile: keyFile() };
    const first = await serveStudio(undefined, options);
    expect(first).toMatchObject({ url: `http://127.0.0.1:${options.usualPort}/`, wasRunning: false });
    expect(first.usualUrl).toBeUndefined();
    for (const given of [undefined, options.usualPort]) {
      const second = await serveStudio(given, options);
      expect(second).toMatchObject({ url: first.url, wasRunning: true });
      await second.close();
    }
    expect(await (await fetch(first.url)).text()).toContain('<title>Elsewhere</title>');
    await first.close();
    await expect(fetch(first.url)).rejects.toThrow();
  });

  test.skipIf(process.platform === 'win32')('has a key that others cannot read', async () => {
    const served = await serveStudio(0, { keyFile: keyFile() });
    await isOurStudio(keyFile(), Number(new URL(served.url).port));
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyFile())).toHaveLength(32);
    await served.close();
  });

  test('selects another port when another program uses its own, and says where things are kept', async () => {
    const usualPort = port;
    const served = await serveStudio(undefined, { usualPort, keyFile: keyFile() });
    expect(served).toMatchObject({ wasRunning: false, usualUrl: `http://127.0.0.1:${usualPort}/` });
    expect(served.url).not.toBe(served.usualUrl);
    await served.close();
  });

  test('fails when another program uses the given port', async () => {
    await expect(serveStudio(port, { keyFile: keyFile() })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`${port}`),
    });
  });
});

describe('a studio that runs already', () => {
  test('is recognised by its key only', async () => {
    expect(await isOurStudio(join(folder, 'studio.key'), port)).toBe(true);
    expect(await isOurStudio(join(folder, 'another.key'), port)).toBe(false);
  });

  test('is not another program that answers anything, or passes the question on', async () => {
    const mirror = createServer(async (request, response) => {
      const { headers } = await fetch(origin + request.url, { method: 'HEAD' });
      for (const [name, value] of headers) response.setHeader(name, value);
      response.setHeader('location', '/elsewhere/hello');
      response.end('Elsewhere');
    });
    const silent = createServer(() => {});
    for (const other of [mirror, silent]) {
      expect(await isOurStudio(join(folder, 'studio.key'), await listening(other))).toBe(false);
      other.closeAllConnections();
      other.close();
    }
  });

  test.each(['', '?', '?abc', `?${'0'.repeat(65)}`, `?${'g'.repeat(64)}`])(
    'proves nothing for %j',
    async (query) => {
      expect((await ask(`/elsewhere/hello${query}`)).statusCode).toBe(404);
    },
  );
});
