import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** What gives Chromium a WebGPU adapter that runs on the processor. */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];

let server: TestServer;
let chromium: Chromium;
let page: ChromiumPage<Lab>;

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped-small');
  server = await startLab();
  chromium = await Chromium.launch({
    path: required(inject('browsers').chromium, 'Chromium'),
    args: SOFTWARE_GPU,
  });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await chromium.open<Lab>(server.origin);
});
afterEach(async () => {
  const { errors } = page;
  await page[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
});

describe('over the GPU', () => {
  it('frames come out processed', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.create({ backend: 'gpu', quality: 'balanced' });
      const errors: string[] = [];
      background.addEventListener('error', ({ error }) => errors.push(`${error.code} ${error.message}`));
      const player = lab.play({ url: '/clips/striped-small.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN });
      await lab.until(() => background.statistics.backend === 'gpu' || errors.length > 0);
      const frames = await outs.next(8);
      await new Promise((resolve) => background.addEventListener('statistics', resolve, { once: true }));
      const { statistics } = background;
      player.end();
      return { frames, statistics, errors };
    });
    console.log(seen.errors, seen.statistics, seen.frames);
    expect(seen.errors).toEqual([]);
  });
});
