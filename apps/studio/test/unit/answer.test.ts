import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer } from '../../service-worker/answer.js';

const ORIGIN = 'http://127.0.0.1:4747';
const PRECACHED = new Set(['/', '/elsewhere/kernels.wasm']);

/** What the server has; `undefined`: there is no network. */
let server: Map<string, string> | undefined;
let kept: Map<string, string>;

const cache = {
  match: async ({ url }: Request) => {
    const text = kept.get(new URL(url).pathname);
    return text === undefined ? undefined : new Response(text);
  },
  put: async ({ url }: Request, response: Response) => {
    kept.set(new URL(url).pathname, await response.text());
  },
} as unknown as Cache;

beforeEach(() => {
  kept = new Map([
    ['/', 'old page'],
    ['/elsewhere/kernels.wasm', 'old kernels'],
  ]);
  server = new Map([
    ['/', 'new page'],
    ['/elsewhere/kernels.wasm', 'new kernels'],
    ['/elsewhere/deeplab.tflite', 'damaged'],
    ['/elsewhere/models.json', '["deeplab.tflite"]'],
  ]);
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    if (!server) throw new TypeError('There is no network.');
    const text = server.get(new URL(url).pathname);
    return new Response(text ?? null, { status: text === undefined ? 404 : 200 });
  });
});
afterEach(() => vi.unstubAllGlobals());

const ask = async (path: string) => (await answer(new Request(ORIGIN + path), cache, PRECACHED)).text();

describe('the service worker', () => {
  it('keeps to the files of its version', async () => {
    expect(await ask('/?installed')).toBe('old page');
    expect(await ask('/elsewhere/kernels.wasm')).toBe('old kernels');
  });

  it('has a network as it is on the machine: a damaged one that was mended is whole', async () => {
    expect(await ask('/elsewhere/deeplab.tflite')).toBe('damaged');
    server?.set('/elsewhere/deeplab.tflite', 'whole');
    expect(await ask('/elsewhere/deeplab.tflite')).toBe('whole');
  });

  it('has what it has seen last where there is no network, and nothing else', async () => {
    await ask('/elsewhere/deeplab.tflite');
    server = undefined;
    expect(await ask('/elsewhere/deeplab.tflite')).toBe('damaged');
    await expect(ask('/elsewhere/other.tflite')).rejects.toThrow();
  });

  it('does not keep what is missing', async () => {
    expect(await ask('/elsewhere/other.tflite')).toBe('');
    expect(kept.has('/elsewhere/other.tflite')).toBe(false);
  });
});
