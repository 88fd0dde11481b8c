import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { FakeVideoFrame, fakeFrame } from '../../../../packages/web/test/support/video-frames.js';
import type { Connector } from '../../src/page/feed.js';
import type { FromPlanes, ToPlanes } from '../../src/protocol.js';

/** As much of a track as the page's side touches. */
class FakeTrack extends EventTarget {
  contentHint = '';
  enabled = true;
  readyState = 'live';
  #label = '';
  #muted = false;

  static camera(): FakeTrack {
    const camera = new FakeTrack();
    camera.#label = 'Camera';
    return camera;
  }

  get label(): string {
    return this.#label;
  }

  get muted(): boolean {
    return this.#muted;
  }

  getSettings(): object {
    return { deviceId: this.#label };
  }

  clone(): FakeTrack {
    return new FakeTrack();
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The system mutes the camera, or no longer. */
  mute(muted: boolean): void {
    this.#muted = muted;
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }
}

class FakeGenerator extends FakeTrack {
  readonly writable = {
    getWriter: () => ({ closed: new Promise(() => {}), close: async () => {} }),
  };
}

/** Gives the frames that the camera has. */
class FakeProcessor {
  static give: (frame: VideoFrame) => void = () => {};
  readonly readable = {
    getReader: () => ({
      read: () =>
        new Promise((resolve) => {
          FakeProcessor.give = (value) => resolve({ value, done: false });
        }),
      cancel: async () => {},
    }),
  };
}

/** The way to the engine. */
let posted: ToPlanes[];
let port: { onmessage?: (event: { data: FromPlanes }) => void; postMessage(message: ToPlanes): void };

let makeTrack: (camera: FakeTrack) => MediaStreamTrack;

beforeAll(async () => {
  vi.stubGlobal('MediaStreamTrack', FakeTrack);
  vi.stubGlobal('MediaStreamTrackGenerator', FakeGenerator);
  vi.stubGlobal('MediaStreamTrackProcessor', FakeProcessor);
  vi.stubGlobal('MediaStream', class {});
  // The modules look for these when they are loaded.
  vi.resetModules();
  const [{ Feed }, { Output }, { wrapTracks }] = await Promise.all([
    import('../../src/page/feed.js'),
    import('../../src/page/output.js'),
    import('../../src/page/track.js'),
  ]);
  wrapTracks();
  const connector: Connector = { frame: 1, connect: () => port as unknown as MessagePort };
  makeTrack = (camera) =>
    new Output(new Feed(camera as unknown as MediaStreamTrack, connector)).track as MediaStreamTrack;
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

let camera: FakeTrack;
let track: MediaStreamTrack;
beforeEach(() => {
  posted = [];
  port = { postMessage: (message) => posted.push(message) };
  camera = FakeTrack.camera();
  track = makeTrack(camera);
});

it('a track is muted while the camera is, and fires its events', () => {
  const heard: string[] = [];
  for (const type of ['mute', 'unmute'])
    track.addEventListener(type, () => heard.push(`${type} ${track.muted}`));
  expect(track.muted).toBe(false);
  camera.mute(true);
  camera.mute(false);
  expect(heard).toEqual(['mute true', 'unmute false']);
});

it('a track has the camera’s name and settings, and the camera is off when its last clone is stopped', () => {
  const clone = track.clone();
  expect([track.label, clone.label, clone.getSettings().deviceId]).toEqual(['Camera', 'Camera', 'Camera']);
  track.stop();
  expect([track.readyState, clone.readyState, camera.readyState]).toEqual(['ended', 'live', 'live']);
  clone.stop();
  expect(camera.readyState).toBe('ended');
});

it('a frame is copied to the engine when that has taken the one before', async () => {
  const sent = () => posted.flatMap((each) => (each.type === 'frame' ? each.frame.timestamp : []));
  const give = async (timestamp: number) => {
    FakeProcessor.give(fakeFrame({ codedWidth: 4, codedHeight: 2, timestamp }));
    await new Promise((resolve) => setTimeout(resolve));
  };
  await give(1);
  await give(2);
  await give(3);
  expect(sent()).toEqual([1]);
  port.onmessage?.({ data: { type: 'taken' } });
  await give(4);
  expect(sent()).toEqual([1, 4]);
  expect(FakeVideoFrame.open.size, 'every frame of the camera is closed').toBe(0);
});
