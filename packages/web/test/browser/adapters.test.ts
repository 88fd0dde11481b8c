import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AdapterLab } from './pages/adapters.js';
import { required } from './support/browsers.js';
import { bundle } from './support/bundle.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import { pageOf, type TestServer } from './support/server.js';

/** The adapters with the client libraries themselves, none of which needs a server for its local tracks. */
let server: TestServer;
let chromium: Chromium;
let page: ChromiumPage<AdapterLab>;

beforeAll(async () => {
  const clip = await makeClip(inject('folder'), 'striped');
  const folder = join(inject('folder'), 'adapters');
  const script = fileURLToPath(new URL('pages/adapters.tsx', import.meta.url));
  await bundle({ adapters: script }, folder);
  server = await startLab({
    folders: { '/adapters/': folder },
    pages: { '/adapters': pageOf('/adapters/adapters.js') },
  });
  const path = required(inject('browsers').chromium, 'Chromium');
  chromium = await Chromium.launch({ path, camera: clip.path });
  page = await chromium.open<AdapterLab>(`${server.origin}/adapters`);
});
afterAll(async () => {
  expect(page.errors).toEqual([]);
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** No pixel of the room, and the new background where the room was. */
function expectProcessed(frames: readonly { room: number; plain: number }[]): void {
  expect(frames.length).toBeGreaterThan(0);
  for (const { room, plain } of frames) {
    expect(room).toBe(0);
    expect(plain).toBeGreaterThan(0.3);
  }
}

describe('LiveKit', () => {
  it('a LocalVideoTrack gives the processed track, also after another camera, and the camera once the processor is off', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const camera = await lab.openCamera();
      const local = new lab.livekit.LocalVideoTrack(camera, undefined, true);
      await local.setProcessor(new lab.LiveKitProcessor(background));
      const first = lab.record(local.mediaStreamTrack, { color: lab.green });
      const frames = [...(await first.next(10))];
      await local.replaceTrack(await lab.openCamera());
      await lab.until(() => first.ended);
      const second = lab.record(local.mediaStreamTrack, { color: lab.green });
      frames.push(...(await second.next(10)));
      await local.stopProcessor();
      const isCamera = local.mediaStreamTrack === local.mediaStream?.getVideoTracks()[0];
      const states = [camera.readyState, local.mediaStreamTrack.readyState];
      background.dispose();
      return { frames, isCamera, states };
    });
    expectProcessed(seen.frames);
    expect(seen.isCamera).toBe(true);
    expect(seen.states).toEqual(['live', 'live']);
  });
});
