import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Pipeline } from '@elsewhere/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MediaError } from '../../src/errors.js';
import type { NodePipelineOptions, VirtualCameraOptions } from '../../src/options.js';
import { createPipeline } from '../../src/pipeline.js';
import {
  RunningVirtualCamera,
  type VirtualCamera,
  type VirtualCameraParts,
} from '../../src/virtual-camera/virtual-camera.js';
import { FakeCamera, FakeSink } from './fakes.js';

const SIZE = { width: 64, height: 36 };
const BLACK = { type: 'color', color: 'black' } as const;
/** The luma of black. */
const DARK = 16;

/** Nothing is replaced but what this system has. */
const REAL: VirtualCameraParts = { platform: 'linux', devices: async () => [] };

let sink: FakeSink;
let cameras: FakeCamera[];
let refusal: Error | undefined;
let readers: number;
let running: VirtualCamera | undefined;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-virtual-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  sink = new FakeSink();
  cameras = [];
  refusal = undefined;
  readers = 0;
});
afterEach(() => running?.stop());

/** Opens one on a fake camera and output; the camera is on at once, unless the options say something else. */
async function open(
  options: VirtualCameraOptions = {},
  parts: VirtualCameraParts = {},
): Promise<VirtualCamera> {
  running = await RunningVirtualCamera.open(
    {
      camera: { type: 'lavfi', graph: '' },
      output: '/dev/null',
      background: BLACK,
      fps: 50,
      onDemand: 'off',
      ...options,
    },
    {
      platform: 'linux',
      devices: async () => [],
      formats: async () => [{ ...SIZE, frameRate: 50 }],
      openSink: () => sink,
      countReaders: async () => readers,
      openCamera: async () => {
        if (refusal) throw refusal;
        const camera = new FakeCamera(SIZE);
        cameras.push(camera);
        return camera;
      },
      ...parts,
    },
  );
  return running;
}

/** Frames are in flight for some time, as with networks on LiteRT. */
async function createSlowPipeline(options?: NodePipelineOptions): Promise<Pipeline> {
  const pipeline = await createPipeline(options);
  const process = pipeline.process.bind(pipeline);
  return Object.assign(pipeline, {
    async process(...frame: Parameters<typeof process>) {
      const outcome = await process(...frame);
      await setTimeout(15);
      return outcome;
    },
  });
}

const state = (virtual: VirtualCamera, expected: string) =>
  vi.waitFor(() => expect(virtual.status.state).toBe(expected), { timeout: 10_000, interval: 5 });

/** Waits until more frames have come out. */
async function frames(count: number): Promise<void> {
  const target = sink.lumas.length + count;
  await vi.waitFor(() => expect(sink.lumas.length).toBeGreaterThanOrEqual(target), { timeout: 10_000 });
}

describe('a virtual camera', () => {
  it('writes processed frames of the camera', async () => {
    const virtual = await open();
    await state(virtual, 'live');
    await frames(5);
    expect(virtual.status).toMatchObject({ ...SIZE, fps: 50, onDemand: false, background: BLACK });
    expect(virtual.status.frames.processed).toBeGreaterThan(0);
    await virtual.stop();
    expect(sink.showsCamera).toBe(false);
    expect([sink.isClosed, cameras[0]?.isOpen]).toEqual([true, false]);
    await virtual.ended;
  });

  it('ends after its duration', async () => {
    const virtual = await open({ duration: 0.2 });
    await virtual.ended;
    expect(sink.isClosed).toBe(true);
    await expect(virtual.set({ mirror: true })).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  it('shows the background alone while the camera is lost, at the same rate, and goes on when it is back', async () => {
    const virtual = await open();
    await state(virtual, 'live');
    refusal = new MediaError('DEVICE_UNAVAILABLE', 'There is no camera.');
    (cameras[0] as FakeCamera).isLost = true;
    await state(virtual, 'lost');
    const before = virtual.status.frames;
    await frames(10);
    expect(virtual.status.frames.processed).toBe(before.processed);
    expect(virtual.status.frames.placeholders).toBeGreaterThan(before.placeholders);
    await vi.waitFor(() => expect(virtual.status.problem).toBe('There is no camera.'), { timeout: 5000 });
    refusal = undefined;
    await state(virtual, 'live');
    expect(sink.showsCamera).toBe(false);
  });

  it('turns the camera on only while somebody reads', async () => {
    const virtual = await open({ onDemand: 'on' });
    await state(virtual, 'waiting');
    await frames(1);
    expect(cameras).toHaveLength(0);
    readers = 1;
    await state(virtual, 'live');
    expect(virtual.status.readers).toBe(1);
    readers = 0;
    await state(virtual, 'waiting');
    await vi.waitFor(() => expect(cameras[0]?.isOpen).toBe(false));
    expect(sink.showsCamera).toBe(false);
  });

  it('shows no processed frame from the call of pause on, and turns the camera off', async () => {
    const virtual = await open({}, { createPipeline: createSlowPipeline });
    for (const turn of [1, 2, 3, 4, 5]) {
      await state(virtual, 'live');
      // A frame is in flight, most of the time.
      await setTimeout(turn);
      virtual.pause();
      const { processed } = virtual.status.frames;
      await frames(3);
      expect([virtual.status.state, virtual.status.frames.processed]).toEqual(['paused', processed]);
      expect(cameras.map(({ isOpen }) => isOpen)).not.toContain(true);
      virtual.resume();
    }
    await state(virtual, 'live');
    expect(cameras).toHaveLength(6);
  });

  it('writes nothing to a reader that goes while a frame is processed', async () => {
    const virtual = await open({}, { createPipeline: createSlowPipeline });
    await state(virtual, 'live');
    const flip = setInterval(() => {
      sink.isReady = !sink.isReady;
    }, 3);
    await Promise.race([virtual.ended, setTimeout(500)]);
    clearInterval(flip);
    expect(virtual.status.frames.written).toBeGreaterThan(0);
  });

  it('drops what a slow reader does not take', async () => {
    const virtual = await open();
    await state(virtual, 'live');
    sink.isReady = false;
    const { written, dropped } = virtual.status.frames;
    await vi.waitFor(() => expect(virtual.status.frames.dropped).toBeGreaterThan(dropped + 5));
    expect([virtual.status.frames.written, sink.lumas.length]).toEqual([written, written]);
  });

  it('ends with the error of an output that is gone', async () => {
    const virtual = await open();
    sink.failure = new MediaError('VIRTUAL_CAMERA_UNAVAILABLE', 'There is no device /dev/video10.');
    await expect(virtual.ended).rejects.toMatchObject({ code: 'VIRTUAL_CAMERA_UNAVAILABLE' });
    expect(cameras[0]?.isOpen).toBe(false);
  });

  it('tells of changes', async () => {
    const states: string[] = [];
    const virtual = await open({ onDemand: 'on', onChange: ({ state: each }) => states.push(each) });
    await state(virtual, 'waiting');
    readers = 1;
    await state(virtual, 'live');
    expect([...new Set(states)]).toEqual(['waiting', 'starting', 'live']);
  });
});

describe('changes while it runs', () => {
  it('apply to the next frames', async () => {
    const virtual = await open();
    await state(virtual, 'live');
    await virtual.set({ background: { type: 'color', color: 'white' }, mirror: true, quality: 'lowest' });
    await vi.waitFor(() => expect(sink.lumas.at(-1)).toBe(235));
    expect(virtual.status).toMatchObject({
      background: { type: 'color', color: 'white' },
      settings: { mirror: true, quality: 'lowest', zoom: 1 },
    });
    expect(sink.showsCamera).toBe(false);
  });

  it('that are invalid change nothing', async () => {
    const virtual = await open();
    await expect(virtual.set({ zoom: 9 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(virtual.set({ background: { type: 'transparent' } })).rejects.toMatchObject({
      code: 'BACKGROUND_INVALID',
    });
    await expect(
      virtual.set({ background: { type: 'image', source: '/no/such.jpg' } }),
    ).rejects.toMatchObject({ code: 'BACKGROUND_MISSING' });
    expect(virtual.status).toMatchObject({ background: BLACK, settings: { zoom: 1 } });
    await frames(3);
    expect(sink.lumas.at(-1)).toBe(DARK);
  });

  it('only the last background is shown', async () => {
    const virtual = await open();
    const first = virtual.set({ background: { type: 'color', color: 'red' } });
    const second = virtual.set({ background: { type: 'color', color: 'white' } });
    await expect(first).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await second;
    await vi.waitFor(() => expect(sink.lumas.at(-1)).toBe(235));
  });

  it('the camera background is shown with none only, and not from the moment on when something else is asked for', async () => {
    const virtual = await open({ background: { type: 'none' } });
    await vi.waitFor(() => expect(sink.showsCamera).toBe(true));
    await expect(
      virtual.set({ background: { type: 'image', source: '/no/such.jpg' } }),
    ).rejects.toMatchObject({ code: 'BACKGROUND_MISSING' });
    sink.showsCamera = false;
    await frames(10);
    expect(sink.showsCamera).toBe(false);
    await virtual.set({ background: { type: 'none' } });
    await vi.waitFor(() => expect(sink.showsCamera).toBe(true));
  });
});

describe('what cannot be opened', () => {
  it('is refused on other systems', async () => {
    for (const platform of ['darwin', 'win32'])
      await expect(open({}, { platform })).rejects.toMatchObject({ code: 'VIRTUAL_CAMERA_UNSUPPORTED' });
  });

  it('is a camera that is busy, before anything is written', async () => {
    refusal = new MediaError('DEVICE_UNAVAILABLE', 'The camera is in use.');
    await expect(open()).rejects.toBe(refusal);
    expect(sink.lumas).toHaveLength(0);
  });

  it.each([
    ['OPTION_INVALID', { size: { width: 63, height: 36 } }],
    ['OPTION_INVALID', { fps: 0 }],
    ['OPTION_INVALID', { onDemand: 'on', output: '-' }],
    ['BACKGROUND_INVALID', { background: { type: 'transparent' } }],
    ['BACKGROUND_MISSING', { background: { type: 'image', source: '/no/such.jpg' } }],
  ] as const)('is %s for %j', async (code, options) => {
    await expect(open(options)).rejects.toMatchObject({ code });
    expect(cameras).toHaveLength(0);
  });

  it('is the muxer: what it refuses ends it', async () => {
    const camera = { type: 'lavfi', graph: 'color=size=64x36:rate=25' } as const;
    const failure = RunningVirtualCamera.open({ camera, output: '/dev/null', background: BLACK }, REAL);
    await expect(failure).rejects.toMatchObject({ code: 'VIRTUAL_CAMERA_UNAVAILABLE' });
  });
});

describe('generated video', () => {
  it('stands in for a camera: it comes at its own rate, ends, and begins again', async () => {
    const output = join(folder, 'out.y4m');
    const virtual = await RunningVirtualCamera.open(
      // White in RGB: 235 at the camera's colours.
      {
        camera: { type: 'lavfi', graph: 'color=white:size=64x36:rate=25:duration=0.4,format=rgb24' },
        output,
        background: { type: 'none' },
      },
      REAL,
    );
    running = virtual;
    await state(virtual, 'live');
    await state(virtual, 'lost');
    expect(virtual.status.problem).toBe('The connection to the generated video was lost: End of file.');
    await state(virtual, 'live');
    await setTimeout(100);
    await virtual.stop();
    const y4m = readFileSync(output);
    const header = y4m.subarray(0, y4m.indexOf('\n') + 1).toString();
    expect(header).toMatch(/^YUV4MPEG2 W64 H36 F25:1 /);
    const frame = 6 + (64 * 36 * 3) / 2;
    expect((y4m.length - header.length) % frame).toBe(0);
    const lumas = Array.from(
      { length: (y4m.length - header.length) / frame },
      (_, index) => y4m[header.length + index * frame + 6],
    );
    expect(lumas.filter((luma) => luma === 235).length).toBeGreaterThan(10);
    expect(lumas).toHaveLength(virtual.status.frames.written);
  });
});
