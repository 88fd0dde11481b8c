import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** The examples as they are, built with Vite and opened under the strict policy. */
const EXAMPLES = fileURLToPath(new URL('../../../../examples/', import.meta.url));
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'public')
  .map(({ name }) => name);

/**
 * The largest share of a frame that may show the camera background, at the person's edges. Measured: 0.0122 on a loaded machine;
 * an unprocessed frame shows 0.6.
 */
const EDGES = 0.03;

let server: TestServer;
let chromium: Chromium;

beforeAll(async () => {
  const clip = await makeClip(inject('folder'), 'striped');
  const outDir = join(inject('folder'), 'examples');
  await build({
    root: EXAMPLES,
    base: '/examples/',
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      chunkSizeWarningLimit: 2000, // livekit-client and React
      target: 'esnext',
      rolldownOptions: { input: names.map((name) => join(EXAMPLES, name, 'index.html')) },
    },
  });
  server = await startLab({ folders: { '/examples/': outDir } });
  const path = required(inject('browsers').chromium, 'Chromium');
  chromium = await Chromium.launch({ path, camera: clip.path });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Opens an example and the lab beside it. */
async function open(name: string): Promise<ChromiumPage<Lab>> {
  const page = new ChromiumPage<Lab>(await chromium.context.newPage());
  await page.page.goto(`${server.origin}/examples/${name}/index.html`);
  await page.page.addScriptTag({ url: '/pages/lab.js', type: 'module' });
  return page;
}

/** Looks at what the example shows until the person is before green for a while. */
function lookAtShown(page: ChromiumPage<Lab>): Promise<readonly Seen[]> {
  return page.run(async (lab) => {
    const shown = () =>
      document.querySelector<HTMLVideoElement>('#shown') ??
      document.querySelector('virtual-background')?.shadowRoot?.querySelector('video');
    const trackOf = () => (shown()?.srcObject as MediaStream | null | undefined)?.getVideoTracks()[0];
    await lab.until(() => trackOf() !== undefined);
    const track = trackOf();
    if (!track) throw new Error('Nothing is shown');
    const recording = lab.record(track, { color: lab.GREEN });
    await recording.next(5);
    // Where there is a button for it, green is chosen now.
    document.querySelector<HTMLButtonElement>('button[value=color], #background')?.click();
    const isGreen = ({ plain }: Seen) => plain > 0.3;
    const isElement = document.querySelector('virtual-background') !== null;
    if (!isElement) await recording.until(({ frames }) => frames.filter(isGreen).length >= 10);
    recording.stop();
    return recording.frames;
  });
}

describe('examples', () => {
  it('are these', () => {
    expect(names).toEqual(['element', 'jitsi', 'livekit', 'react', 'vanilla', 'webrtc']);
  });

  for (const name of names) {
    it(`${name} shows no camera background, and logs no errors or warnings`, async () => {
      await using page = await open(name);
      const frames = await lookAtShown(page);
      // Blurred, the camera background is there, but none of its stripes.
      for (const { stripes } of frames) expect(stripes).toBeLessThan(EDGES);
      for (const { cameraBackground, plain } of frames.slice(-5)) {
        if (plain > 0.3) expect(cameraBackground).toBeLessThan(EDGES);
      }
      expect(page.errors).toEqual([]);
      expect(page.console.filter((line) => /^(error|warning)/.test(line))).toEqual([]);
    });
  }
});
