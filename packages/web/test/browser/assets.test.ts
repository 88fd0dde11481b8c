import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { CustomModel } from '../../src/index.js';
import type { Lab } from './pages/lab.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { KEYER_SIZES, keyer } from './support/keyer.js';
import { LabPage, startLab } from './support/lab.js';
import type { Fault, TestServer } from './support/server.js';

/** What is fetched, from where, and what happens where it cannot be had. */
let chromium: Chromium;
/** For what fails: nothing that a browser has kept hides a fault. */
let server: TestServer;
const shared = new LabPage(() => chromium.open<Lab>(server.origin));

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  await writeFile(join(inject('folder'), 'needs-litert.tflite'), keyer(...KEYER_SIZES.landscape, true));
  server = await startLab({ cached: false });
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await shared.close();
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(() => server.faults.clear());
afterEach(({ task }) => shared.release(task.result?.state === 'fail'));

const MODEL = '/assets/selfie_segmentation_landscape.tflite';

/** A model with an operator that only LiteRT has. */
const NEEDS_LITERT: CustomModel = {
  url: '/clips/needs-litert.tflite',
  description: {
    id: 'needs-litert',
    input: { width: KEYER_SIZES.landscape[0], height: KEYER_SIZES.landscape[1], valueRange: [0, 1] },
    output: { kind: 'confidence' },
  },
};

/** The error with which `create` rejects on a page; no worker is left behind. */
async function failureOn(
  page: ChromiumPage<Lab>,
  model?: CustomModel,
): Promise<{ name: string; code: string; message: string }> {
  const error = await page.run(
    async (lab, options) =>
      lab.create(options).then(
        () => undefined,
        ({ name, code, message }) => ({ name, code, message }),
      ),
    { ...(model && { model }) },
  );
  await expect.poll(() => page.page.workers().length).toBe(0);
  if (!error) throw new Error('It did not fail.');
  return error;
}

/** The same where the server does something else with a file. */
async function failure(
  path: string,
  fault: Fault,
  model?: CustomModel,
): Promise<{ name: string; code: string; message: string }> {
  server.faults.set(path, fault);
  return failureOn(await shared.get(), model);
}

describe('an asset that is not there', () => {
  it.each([
    MODEL,
    '/assets/worker.js',
    '/assets/output.js',
    '/assets/kernels.wasm',
    '/assets/network-relaxed.wasm',
  ])('%s', async (path) => {
    const { name, code, message } = await failure(path, { status: 404 });
    expect([name, code]).toEqual(['WebError', 'ASSET_MISSING']);
    expect(message).toContain(path);
    expect(message).toContain('elsewhere-assets');
  });
});

describe('LiteRT', () => {
  const FILES = [
    '/assets/litert.js',
    '/assets/litert_wasm_internal.js',
    '/assets/litert_wasm_internal.wasm',
  ] as const;

  it('runs a model that only it can run', async () => {
    const page = await shared.get();
    const before = server.requests.length;
    const frames = await page.run(async (lab, model) => {
      const { outs } = await lab.process({ options: { model }, record: { truth: lab.STRIPED } });
      return outs.next(5);
    }, NEEDS_LITERT);
    for (const { leak } of frames) expect(leak).toBeLessThan(SPECKS);
    expect(server.requests.slice(before)).toEqual(expect.arrayContaining([...FILES]));
  });

  it.each(FILES)('is asked for where it is needed and missing: %s', async (path) => {
    const { name, code, message } = await failure(path, { status: 404 }, NEEDS_LITERT);
    expect([name, code]).toEqual(['WebError', 'ASSET_MISSING']);
    expect(message).toContain(path);
    expect(message).toContain('elsewhere-assets --litert');
  });
});

describe('an asset that is damaged', () => {
  it('a model with another checksum', async () => {
    const alter = (body: Buffer) => Buffer.concat([body.subarray(0, -1), Buffer.from([0x55])]);
    expect((await failure(MODEL, { alter })).code).toBe('MODEL_CHECKSUM');
  });

  it('a model that is truncated', async () => {
    const alter = (body: Buffer) => body.subarray(0, 1000);
    expect((await failure(MODEL, { alter })).code).toBe('MODEL_CHECKSUM');
  });

  it('kernels that are no WebAssembly', async () => {
    const alter = () => Buffer.from('<!doctype html>');
    expect((await failure('/assets/kernels.wasm', { alter })).code).toMatch(/ASSET_MISSING|KERNELS_INVALID/);
  });
});

describe('policies', () => {
  it('that forbid WebAssembly are distinguished', async () => {
    await using server = await startLab({ csp: "script-src 'self'; worker-src 'self'" });
    await using page = await chromium.open<Lab>(server.origin);
    const error = await failureOn(page);
    expect(error.code).toBe('WASM_BLOCKED');
    expect(error.message).toContain('wasm-unsafe-eval');
  });

  it.each([
    ['without isolation', {}],
    ['with isolation', { isolated: true }],
  ] as const)(
    'the strict one, %s: nothing is fetched from elsewhere, nothing is violated',
    async (_, options) => {
      await using server = await startLab(options);
      await using page = await chromium.open<Lab>(server.origin);
      const isolated = await page.run(async (lab) => {
        const { outs } = await lab.process();
        await outs.next(5);
        return crossOriginIsolated;
      });
      expect(isolated).toBe('isolated' in options);
      expect(page.requests.length).toBeGreaterThan(5);
      // The page's own icon is in the page.
      const foreign = page.requests.filter((url) => !url.startsWith(server.origin) && url !== 'data:,');
      expect(foreign).toEqual([]);
      expect(page.console).toEqual([]);
      expect(page.errors).toEqual([]);
    },
  );
});

describe('prewarm', () => {
  it('fetches everything once; what comes after fetches nothing', async () => {
    await using server = await startLab({ cached: false });
    await using page = await chromium.open<Lab>(server.origin);
    await page.run((lab) => lab.web.VirtualBackground.prewarm({ assets: '/assets/' }));
    const before = server.requests.filter((path) => path.startsWith('/assets/'));
    expect(before).toContain(MODEL);
    expect(before.filter((path) => path.includes('litert'))).toEqual([]);
    const frames = await page.run(async (lab) => {
      const { outs } = await lab.process({ record: { truth: lab.STRIPED } });
      return outs.next(5);
    });
    for (const { leak } of frames) expect(leak).toBeLessThan(SPECKS);
    const again = server.requests.filter((path) => path.startsWith('/assets/')).slice(before.length);
    expect(again.filter((path) => /wasm$|tflite$|worker\.js$/.test(path))).toEqual([]);
  });
});
