import { type Frame, type PixelFormat, planeSizes } from '@elsewhere/engine';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameReader, outputColorSpace, shapeOf } from '../src/media/frame-reader.js';
import { PlanarVideoFrame, toPlanar } from '../src/media/planar-frame.js';
import { PlanesChannel } from '../src/media/planes-channel.js';

const ORIGIN = {
  timestamp: 40_000,
  duration: null,
  colorSpace: { matrix: 'bt709', fullRange: true },
} as const;

class Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  constructor(...[x, y, width, height]: readonly [number, number, number, number]) {
    [this.x, this.y, this.width, this.height] = [x, y, width, height];
  }
}

class ColorSpace {
  readonly #init: VideoColorSpaceInit;
  constructor(init: VideoColorSpaceInit) {
    this.#init = init;
    Object.assign(this, init);
  }
  toJSON(): VideoColorSpaceInit {
    return this.#init;
  }
}

beforeEach(() => {
  vi.stubGlobal('DOMRectReadOnly', Rectangle);
  vi.stubGlobal('VideoColorSpace', ColorSpace);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A frame whose rows have gaps. */
function makeFrame(format: PixelFormat, width: number, height: number): Frame {
  const planes = planeSizes(format, width, height).map(({ rowBytes, rows }, plane) => ({
    data: Uint8Array.from({ length: (rowBytes + 3) * rows }, (_, i) => plane * 90 + i),
    stride: rowBytes + 3,
  }));
  return { format, width, height, planes, colorSpace: { matrix: 'bt709', range: 'full' }, rotation: 90 };
}

function rowsOf({ format, width, height, planes }: Frame): number[][] {
  return planeSizes(format, width, height).flatMap(({ rowBytes, rows }, index) =>
    Array.from({ length: rows }, (_, row) => {
      const { data = new Uint8Array(), stride = 0 } = planes[index] ?? {};
      return [...data.subarray(row * stride, row * stride + rowBytes)];
    }),
  );
}

it.each(['I420', 'NV12', 'RGBA'] as const)('%s passes through planes without a change', async (format) => {
  const frame = makeFrame(format, 7, 5);
  const planar = new PlanarVideoFrame(toPlanar(frame, ORIGIN));
  const read = await new FrameReader().read(planar);
  expect(rowsOf(read)).toEqual(rowsOf(frame));
  const shape = { ...shapeOf(planar), colorSpace: frame.colorSpace };
  expect(shape).toEqual({
    width: 7,
    height: 5,
    colorSpace: frame.colorSpace,
    rotation: 90,
    pixelAspectRatio: 1,
  });
  expect(planar.timestamp).toBe(40_000);
  if (format !== 'RGBA') expect(outputColorSpace(planar)).toEqual(ORIGIN.colorSpace);
});

/** What is posted to a port, and the way to post to its other end. */
function fakePort() {
  const posted: unknown[] = [];
  const port = {
    posted,
    onmessage: undefined as ((event: { data: unknown }) => void) | undefined,
    postMessage: (message: unknown) => posted.push(message),
    close: () => posted.push('closed'),
  };
  return [port, port as unknown as MessagePort] as const;
}

it('a channel of planes asks for the next frame when one is closed, and the one that comes out gets its memory', () => {
  const [source, sourcePort] = fakePort();
  const [output, outputPort] = fakePort();
  const channel = new PlanesChannel(sourcePort, outputPort);
  const frames: VideoFrame[] = [];
  channel.start({ frame: (frame) => frames.push(frame), end: () => {} });
  const frame = makeFrame('I420', 4, 2);
  const planar = toPlanar(frame, ORIGIN);
  source.onmessage?.({ data: { type: 'frame', frame: planar } });
  expect([frames.length, source.posted]).toEqual([1, []]);
  channel.write(frame, ORIGIN);
  frames[0]?.close();
  expect(source.posted).toEqual([{ type: 'taken' }]);
  channel.write(frame, ORIGIN);
  channel.write(frame, ORIGIN);
  channel.end();
  channel.stop();
  expect(output.posted).toEqual([planar, planar, planar, null]);
  const isReused = output.posted.map((each) => (each as typeof planar | null)?.data === planar.data);
  expect(isReused, 'once').toEqual([false, true, false, false]);
  expect(source.posted.at(-1)).toBe('closed');
});

it('memory of another size is not reused', () => {
  const spare = new ArrayBuffer(4);
  expect(toPlanar(makeFrame('I420', 4, 2), ORIGIN, spare).data.byteLength).toBe(12);
});
