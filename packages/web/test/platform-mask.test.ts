import type { Segmentation, Segmenter } from '@elsewhere/engine';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PlatformMask } from '../src/engine/platform-mask.js';
import { FakeVideoFrame } from './support/video-frames.js';

const network = {
  width: 8,
  height: 4,
  valueRange: [0, 1],
  hasClasses: false,
  segment: vi.fn(async (_: Float32Array, { confidence }: Segmentation) => void confidence.fill(0.25)),
  dispose: vi.fn(),
} satisfies Segmenter;

function emptyOutput(): Segmentation {
  return { confidence: new Float32Array(32), classes: new Uint8Array(32), kept: new Uint8Array(32) };
}

/** A mask of which the right half is a person. */
function halfMask(width: number, height: number) {
  return { width, height, close: vi.fn<() => void>() };
}

beforeEach(() => {
  vi.stubGlobal(
    'VideoFrame',
    class extends FakeVideoFrame {
      constructor({ width, height }: ImageBitmap) {
        const sample = (_: number, x: number) => (x / 4 >= width / 2 ? 255 : 0);
        super({ format: 'RGBA', codedWidth: width, codedHeight: height, sample });
      }
    },
  );
});
afterEach(() => {
  expect(FakeVideoFrame.open.size).toBe(0);
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

it.each([
  [8, 4],
  [64, 32],
  [6, 6],
])('a mask of %ix%i takes the place of the network', async (width, height) => {
  const mask = new PlatformMask(network);
  const bitmap = halfMask(width, height);
  await mask.take(bitmap);
  const output = emptyOutput();
  await mask.segment(new Float32Array(), output);
  expect(bitmap.close).toHaveBeenCalledTimes(1);
  expect(network.segment).not.toHaveBeenCalled();
  for (let row = 0; row < 4; row++) {
    expect(output.confidence[row * 8]).toBe(0);
    expect(output.confidence[row * 8 + 7]).toBe(1);
    expect(output.confidence[row * 8 + 2]).toBeLessThan(0.5);
    expect(output.confidence[row * 8 + 5]).toBeGreaterThan(0.5);
  }
});

it('without one the network runs, which is disposed of with it', async () => {
  const mask = new PlatformMask(network);
  await mask.take(halfMask(8, 4));
  await mask.take(undefined);
  const output = emptyOutput();
  await mask.segment(new Float32Array(), output);
  expect(output.confidence[7]).toBe(0.25);
  mask.dispose();
  expect(network.dispose).toHaveBeenCalledTimes(1);
});
