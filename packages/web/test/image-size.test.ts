import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readImage } from '../src/media/image.js';

const decode = vi.fn();
beforeEach(() => void vi.stubGlobal('createImageBitmap', decode.mockRejectedValue(new Error('No.'))));
afterEach(() => void vi.unstubAllGlobals());

/** The header of a GIF. */
function gif(width: number, height: number): Blob {
  return new Blob([
    Uint8Array.of(71, 73, 70, 56, 57, 97, width & 255, width >> 8, height & 255, height >> 8),
  ]);
}

it('an image that is too large is refused before it is decoded', async () => {
  const pixels = { width: 20_000, height: 10, data: new Uint8ClampedArray() } as unknown as ImageData;
  for (const image of [gif(16_384, 16_000), gif(16_385, 10), pixels]) {
    await expect(readImage(image)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  }
  expect(decode).not.toHaveBeenCalled();
  await expect(readImage(gif(10_000, 10_000))).rejects.toMatchObject({ code: 'BACKGROUND_UNREADABLE' });
});
