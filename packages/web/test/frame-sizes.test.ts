import type { Frame } from '@elsewhere/engine';
import { describe, expect, it } from 'vitest';
import { contain } from '../src/converter/contain.js';
import { describeSize } from '../src/converter/frame-sizes.js';

/** Bits, with spaces between what belongs together. */
function bytesOf(bits: string): Uint8Array {
  const all = bits.replaceAll(' ', '');
  return Uint8Array.from(all.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}
const bits = (value: number, count: number) => value.toString(2).padStart(count, '0');

describe('what a key frame says of its size', () => {
  const vp9 = (width: number, height: number, rest: string) =>
    bytesOf(
      `10 0 0 0 0 1 0 ${bits(0x498342, 24)} 010 0 ${bits(width - 1, 16)} ${bits(height - 1, 16)} ${rest}`,
    );

  it('in VP9 is its size', () => {
    expect(describeSize('vp9', { data: vp9(640, 360, '0101') })).toBe('639,359');
    expect(describeSize('vp9', { data: vp9(360, 640, '1010') })).toBe('359,639');
  });

  it('in VP8 is its size, and not what comes before', () => {
    const vp8 = (tag: number, width: number) =>
      Uint8Array.of(tag, 0, 0, 0x9d, 1, 0x2a, width & 255, width >> 8, 104, 1, 7, 7);
    expect(describeSize('vp8', { data: vp8(1, 640) })).toBe(describeSize('vp8', { data: vp8(2, 640) }));
    expect(describeSize('vp8', { data: vp8(1, 640) })).not.toBe(describeSize('vp8', { data: vp8(1, 360) }));
  });

  it('in H.264 is its parameter set, however units are separated', () => {
    const [set, slice] = [
      [0x67, 1, 2, 3],
      [0x65, 9, 9],
    ] as const;
    const lengths = Uint8Array.of(0, 0, 0, set.length, ...set, 0, 0, 0, slice.length, ...slice);
    const codes = Uint8Array.of(0, 0, 1, ...set, 0, 0, 1, ...slice);
    expect(describeSize('avc', { data: lengths })).toBe(String(set));
    expect(describeSize('avc', { data: codes })).toBe(String(set));
    expect(describeSize('avc', { data: Uint8Array.of(0, 0, 0, 3, ...slice) })).toBe('');
  });

  it('in AV1 is its sequence header', () => {
    const delimiter = [0b0001_0010, 0];
    const header = (width: number) => [0b0000_1010, 2, width, 5];
    const data = (width: number) => Uint8Array.of(...delimiter, ...header(width), 0b0011_0010, 1, 9);
    expect(describeSize('av1', { data: data(3) })).toBe('3,5');
    expect(describeSize('av1', { data: data(4) })).toBe('4,5');
  });
});

describe('a frame of another size', () => {
  const frame = (width: number, height: number, pixelAspectRatio = 1): Frame => {
    const plane = (value: number, columns: number, rows: number) => ({
      data: new Uint8Array(columns * rows).fill(value),
      stride: columns,
    });
    return {
      format: 'I420',
      width,
      height,
      planes: [
        plane(200, width, height),
        plane(90, width / 2, height / 2),
        plane(160, width / 2, height / 2),
      ],
      colorSpace: { matrix: 'bt709', range: 'limited' },
      rotation: 0,
      pixelAspectRatio,
    };
  };

  /** The rectangle of a plane that has the picture. */
  function pictureOf({ planes }: Frame, index: number, value: number) {
    const { data, stride } = planes[index] ?? { data: new Uint8Array(), stride: 1 };
    const at = Array.from(data.keys()).filter((i) => data[i] === value);
    const columns = at.map((i) => i % stride);
    const rows = at.map((i) => Math.floor(i / stride));
    const [left, top] = [Math.min(...columns), Math.min(...rows)];
    return [left, top, Math.max(...columns) - left + 1, Math.max(...rows) - top + 1];
  }

  it.each([
    [
      'a telephone that was turned',
      frame(36, 64),
      { width: 64, height: 36, pixelAspectRatio: 1 },
      [22, 0, 20, 36],
    ],
    [
      'a smaller one of the same shape',
      frame(16, 8),
      { width: 64, height: 32, pixelAspectRatio: 1 },
      [0, 0, 64, 32],
    ],
    [
      'wide pixels into square ones',
      frame(24, 36, 4 / 3),
      { width: 64, height: 36, pixelAspectRatio: 1 },
      [16, 0, 32, 36],
    ],
    [
      'square pixels into wide ones',
      frame(64, 36),
      { width: 48, height: 36, pixelAspectRatio: 4 / 3 },
      [0, 0, 48, 36],
    ],
  ])('keeps its shape: %s', (_, given, size, [left = 0, top = 0, width = 0, height = 0]) => {
    const fitted = contain(given, size);
    expect(fitted).toMatchObject({ ...size, rotation: 0 });
    expect(pictureOf(fitted, 0, 200)).toEqual([left, top, width, height]);
    for (const [index, value] of [
      [1, 90],
      [2, 160],
    ] as const) {
      expect(pictureOf(fitted, index, value)).toEqual([left / 2, top / 2, width / 2, height / 2]);
    }
    const [luma] = fitted.planes;
    expect(new Set(luma?.data), 'black bars').toEqual(new Set(left + top > 0 ? [16, 200] : [200]));
  });

  it('has transparent bars where there is alpha', () => {
    const given = frame(36, 64);
    const alpha = { data: new Uint8Array(36 * 64).fill(255), stride: 36 };
    const fitted = contain(
      { ...given, format: 'I420A', planes: [...given.planes, alpha] },
      { width: 64, height: 36, pixelAspectRatio: 1 },
    );
    expect(fitted.planes[3]?.data.filter((value) => value === 0)).toHaveLength((64 - 20) * 36);
  });
});
