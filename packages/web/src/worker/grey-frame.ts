import type { Frame } from '@elsewhere/engine';

/** A frame with nothing in it, to run everything once. Its sides are even. */
export function greyFrame(width: number, height: number): Frame {
  const plane = (divisor: number) => ({
    data: new Uint8Array((width * height) / divisor ** 2).fill(128),
    stride: width / divisor,
  });
  return {
    format: 'I420',
    width,
    height,
    planes: [plane(1), plane(2), plane(2)],
    colorSpace: { matrix: 'bt601', range: 'limited' },
    rotation: 0,
  };
}
