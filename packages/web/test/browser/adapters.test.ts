import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AdapterLab } from './pages/adapters.js';
import { required } from './support/browsers.js';
import { bundle } from './support/bundle.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { makeKeyedAssets, startLab } from './support/lab.js';
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
    folders: { '/adapters/': folder, '/assets/': await makeKeyedAssets() },
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

/**
 * The largest share of a frame that may show the camera background, at the person's edges. Measured: 0.0122 on a loaded machine;
 * an unprocessed frame shows 0.6.
 */
const EDGES = 0.03;

/** The new background where the camera background was. */
function expectProcessed(frames: readonly { cameraBackground: number; plain: number }[]): void {
  expect(frames.length).toBeGreaterThan(0);
  for (const { cameraBackground, plain } of frames) {
    expect(cameraBackground).toBeLessThan(EDGES);
    expect(plain).toBeGreaterThan(0.3);
  }
}

describe('LiveKit', () => {
  it('a LocalVideoTrack gives the processed track, after another camera too, and the camera when the processor is off', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const local = new lab.livekit.LocalVideoTrack(await lab.openCamera(), undefined, false);
      await local.setProcessor(new lab.LiveKitProcessor(background));
      const first = lab.record(local.mediaStreamTrack, { color: lab.green });
      const frames = [...(await first.next(10))];
      await local.restartTrack();
      const second = lab.record(local.mediaStreamTrack, { color: lab.green });
      frames.push(...(await second.next(10)));
      await local.stopProcessor();
      await lab.until(() => second.ended);
      const [camera] = local.mediaStream?.getVideoTracks() ?? [];
      const isCamera = local.mediaStreamTrack === camera;
      const states = [first.ended, second.ended, camera?.readyState];
      local.stop();
      background.dispose();
      return { frames, isCamera, states };
    });
    expectProcessed(seen.frames);
    expect(seen.isCamera).toBe(true);
    expect(seen.states).toEqual([true, true, 'live']);
  });

  it('a muted track sends nothing of the camera background, and goes on when it is unmuted', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const local = new lab.livekit.LocalVideoTrack(await lab.openCamera(), undefined, false);
      await local.setProcessor(new lab.LiveKitProcessor(background));
      const recording = lab.record(local.mediaStreamTrack, { color: lab.green });
      await recording.next(5);
      await local.mute();
      await lab.wait(300);
      const isMuted = local.isMuted;
      await local.unmute();
      const again = lab.record(local.mediaStreamTrack, { color: lab.green });
      const frames = await again.next(10);
      const all = [...recording.frames, ...again.frames].map(({ cameraBackground }) => cameraBackground);
      local.stop();
      background.dispose();
      return { frames, isMuted, cameraBackground: Math.max(...all) };
    });
    expect(seen.isMuted).toBe(true);
    expect(seen.cameraBackground).toBeLessThan(EDGES);
    expectProcessed(seen.frames.slice(-3));
  });
});

describe('Twilio', () => {
  it('a LocalVideoTrack gives the processed track, from the first frame on', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const local = new lab.twilio.LocalVideoTrack(await lab.openCamera());
      const processor = new lab.TwilioProcessor(background);
      local.addProcessor(processor, lab.TwilioProcessor.options);
      const video = local.attach();
      document.body.append(video);
      if (!local.processedTrack) throw new Error('Nothing is processed');
      const recording = lab.record(local.processedTrack, { color: lab.green });
      await recording.until(({ frames }) => frames.filter(({ plain }) => plain > 0.3).length >= 20);
      local.removeProcessor(processor);
      processor.dispose();
      const { readyState } = local.mediaStreamTrack;
      local.stop();
      background.dispose();
      return {
        cameraBackground: recording.frames.map(({ cameraBackground }) => cameraBackground),
        readyState,
        last: recording.frames.slice(-10),
      };
    });
    expect(Math.max(...seen.cameraBackground)).toBeLessThan(EDGES);
    expectProcessed(seen.last);
    expect(seen.readyState).toBe('live');
  });

  it('reports what is wrong where it is added without its options, and shows nothing', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const errors: string[] = [];
      background.addEventListener('error', ({ error }) => errors.push(error.code));
      const local = new lab.twilio.LocalVideoTrack(await lab.openCamera());
      local.addProcessor(new lab.TwilioProcessor(background));
      document.body.append(local.attach());
      if (!local.processedTrack) throw new Error('Nothing is processed');
      const recording = lab.record(local.processedTrack);
      await lab.until(() => errors.length > 0);
      await lab.wait(300);
      local.stop();
      background.dispose();
      return { errors, cameraBackground: recording.frames.map(({ cameraBackground }) => cameraBackground) };
    });
    expect(seen.errors).toEqual(['TRACK_INVALID']);
    expect(Math.max(0, ...seen.cameraBackground)).toBe(0);
  });
});

describe('Jitsi', () => {
  it('the stream that the effect gives shows no camera background, and ends with the effect', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const stream = new MediaStream([await lab.openCamera()]);
      const effect = new lab.JitsiEffect(background);
      const [track] = effect.startEffect(stream).getTracks();
      if (!track) throw new Error('No track');
      const recording = lab.record(track, { color: lab.green });
      const frames = await recording.next(10);
      effect.stopEffect();
      await lab.until(() => recording.ended);
      const [camera] = stream.getTracks();
      const state = camera?.readyState;
      camera?.stop();
      background.dispose();
      return { frames, state };
    });
    expectProcessed(seen.frames);
    expect(seen.state).toBe('live');
  });
});

describe('a call between two RTCPeerConnections', () => {
  it('what the far end receives shows no pixel of the camera background; detached, nothing more comes', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.createBackground();
      const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
      const { sender } = near.addTransceiver('video', { direction: 'sendonly' });
      const camera = await lab.openCamera();
      const attachment = await lab.attachToSender(background, sender, camera);
      const received = await lab.call(near, far);
      const recording = lab.record(received, { color: lab.green });
      await recording.next(30);
      await attachment.detach();
      // What was on its way still arrives; then nothing does.
      for (let count = -1; count !== recording.frames.length; ) {
        count = recording.frames.length;
        await lab.wait(500);
      }
      const cameraBackground = recording.frames.map(({ cameraBackground }) => cameraBackground);
      const plain = recording.frames.slice(-5).map(({ plain }) => plain);
      const state = camera.readyState;
      near.close();
      far.close();
      camera.stop();
      background.dispose();
      return { cameraBackground, plain, state };
    });
    expect(Math.max(...seen.cameraBackground)).toBeLessThan(EDGES);
    expect(Math.min(...seen.plain)).toBeGreaterThan(0.3);
    expect(seen.state).toBe('live');
  });
});

describe('React', () => {
  it('the hook gives a processed track in strict mode, follows its options and cleans up', async () => {
    const seen = await page.run(async (lab) => {
      const camera = await lab.openCamera();
      const hook = lab.mountHook();
      hook.render(camera);
      await lab.until(() => Boolean(hook.used?.track));
      const { track, virtualBackground } = hook.used ?? {};
      if (!track) throw new Error('No track');
      const recording = lab.record(track, { color: lab.green });
      const frames = await recording.next(10);
      await lab.until(() => hook.used?.state === 'running');
      hook.render(camera, 'rgb(0 0 255)');
      await recording.until((seen) => (seen.frames.at(-1)?.plain ?? 1) === 0);
      const isSame = hook.used?.track === track && hook.used?.virtualBackground === virtualBackground;
      hook.render(undefined);
      await lab.until(() => !hook.used?.track);
      const ended = track.readyState;
      hook.render(camera);
      await lab.until(() => Boolean(hook.used?.track));
      const [error, last] = [hook.used?.error?.message, hook.used?.track];
      hook.unmount();
      await lab.until(() => virtualBackground?.state === 'disposed' && last?.readyState === 'ended');
      const cameraBackground = Math.max(...recording.frames.map(({ cameraBackground }) => cameraBackground));
      const state = camera.readyState;
      camera.stop();
      return { frames, isSame, ended, error, cameraBackground, state };
    });
    expectProcessed(seen.frames);
    expect(seen).toMatchObject({ isSame: true, ended: 'ended', state: 'live' });
    expect(seen.cameraBackground).toBeLessThan(EDGES);
    expect(seen.error).toBeUndefined();
  });

  it('the hook reports why there is no track', async () => {
    const seen = await page.run(async (lab) => {
      const camera = await lab.openCamera();
      const hook = lab.mountHook();
      hook.render(camera, 'no colour');
      await lab.until(() => hook.used?.state === 'failed');
      const { error, track } = hook.used ?? {};
      hook.unmount();
      camera.stop();
      return { code: (error as { code?: string } | undefined)?.code, hasTrack: track !== undefined };
    });
    expect(seen).toEqual({ code: 'BACKGROUND_INVALID', hasTrack: false });
  });
});

describe('<virtual-background>', () => {
  it('opens the camera, shows it with the background and follows its attributes', async () => {
    const seen = await page.run(async (lab) => {
      const element = document.createElement('virtual-background');
      element.setAttribute('assets', '/assets/');
      element.setAttribute('background', `rgb(${lab.green.join(' ')})`);
      const states: string[] = [];
      element.addEventListener('statechange', (event) =>
        states.push((event as Event & { state: string }).state),
      );
      document.body.append(element);
      await lab.until(() => element.track !== undefined);
      const { track } = element;
      if (!track) throw new Error('No track');
      const recording = lab.record(track, { color: lab.green });
      const frames = await recording.next(10);
      // Moved, it goes on.
      document.body.prepend(element);
      await lab.wait(50);
      const isSame = element.track === track;
      const video = element.shadowRoot?.querySelector('video');
      await lab.until(() => (video?.videoWidth ?? 0) > 0);
      const shown = [element.getBoundingClientRect().width > 0, video?.videoWidth];
      element.setAttribute('background', 'blue');
      await recording.until((seen) => (seen.frames.at(-1)?.plain ?? 1) === 0);
      const { virtualBackground } = element;
      element.remove();
      await lab.until(() => track.readyState === 'ended' && virtualBackground?.state === 'disposed');
      const cameraBackground = Math.max(...recording.frames.map(({ cameraBackground }) => cameraBackground));
      return { frames, isSame, shown, states, cameraBackground };
    });
    expectProcessed(seen.frames);
    expect(seen).toMatchObject({ isSame: true, shown: [true, 640] });
    expect(seen.cameraBackground).toBeLessThan(EDGES);
    expect(seen.states).toContain('running');
  });

  it('reports an error, and starts once the attribute is right', async () => {
    const seen = await page.run(async (lab) => {
      const element = document.createElement('virtual-background');
      element.setAttribute('assets', '/nowhere/');
      const errors: string[] = [];
      element.addEventListener('error', (event) =>
        errors.push((event as Event & { error: { code: string } }).error.code),
      );
      document.body.append(element);
      await lab.until(() => element.state === 'failed');
      element.setAttribute('assets', '/assets/');
      await lab.until(() => element.state === 'running');
      element.remove();
      return errors;
    });
    expect(seen).toEqual(['ASSET_MISSING']);
  });
});
