import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveStudio } from '../src/studio/serve.js';
import { createStudioServer, POLICY } from '../src/studio/server.js';

let folder: string;
let server: Server;
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
  server = createStudioServer({ page: join(folder, 'page'), models: join(folder, 'models') });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Requests a path unchanged: `fetch` would normalise it. */
function statusOf(path: string): Promise<number | undefined> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

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
    expect(response.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
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
  test('selects a free port when another studio uses its own', async () => {
    const first = await serveStudio(undefined);
    const second = await serveStudio(undefined);
    expect(first.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(second.url).not.toBe(first.url);
    expect(await (await fetch(first.url)).text()).toContain('<title>Elsewhere</title>');
    await first.close();
    await second.close();
    await expect(fetch(first.url)).rejects.toThrow();
  });

  test('fails when another program uses the given port', async () => {
    const { port } = server.address() as AddressInfo;
    await expect(serveStudio(port)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`${port}`),
    });
  });
});
