import type { Frame, Rotation } from '@elsewhere/engine';
import { describe, expect, it } from 'vitest';
import { toI420, upright } from '../src/converter/planes.js';

describe('toI420', () => {
  /** A plane of 16-bit samples behind some bytes that are not its own. */
  function deep(values: readonly number[]): Uint8Array {
    const bytes = new Uint8Array(8 + 2 * values.length);
    values.forEach((value, i) => {
      bytes[8 + 2 * i] = value & 255;
      bytes[9 + 2 * i] = value >> 8;
    });
    return bytes;
  }

  it('rounds 10 bits to 8', () => {
    const [y] = toI420('I420P10', deep([0, 1, 2, 6, 511, 1023]), [{ offset: 8, stride: 12 }], 6, 1) ?? [];
    expect([...(y?.data ?? [])]).toEqual([0, 0, 1, 2, 128, 255]);
  });

  it('averages chroma of full size, at the edges what there is', () => {
    const u = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    const bytes = new Uint8Array([...new Array(9).fill(0), ...u, ...u]);
    const layout = [0, 9, 18].map((offset) => ({ offset, stride: 3 }));
    const planes = toI420('I444', bytes, layout, 3, 3);
    expect([...(planes?.[1]?.data ?? [])]).toEqual([30, 45, 75, 90]);
  });

  it('averages chroma of full height', () => {
    const bytes = new Uint8Array([0, 0, 0, 0, 100, 201]);
    const layout = [0, 4].map((offset, index) => ({ offset, stride: index === 0 ? 2 : 1 }));
    expect([...(toI420('I422', bytes, layout, 2, 2)?.[1]?.data ?? [])]).toEqual([151]);
  });

  it('gives nothing for formats that are not planar', () => {
    expect(toI420('NV12', new Uint8Array(6), [], 2, 2)).toBeUndefined();
    expect(toI420('RGBA', new Uint8Array(16), [], 2, 2)).toBeUndefined();
  });
});

describe('upright', () => {
  const frameOf = (width: number, height: number): Frame => {
    const [columns, rows] = [(width + 1) >> 1, (height + 1) >> 1];
    const plane = (across: number, down: number, seed: number) => ({
      data: Uint8Array.from({ length: (across + 3) * down }, (_, i) => (i * 7 + seed) & 255),
      stride: across + 3,
    });
    const planes = [
      plane(width, height, 1),
      plane(columns, rows, 2),
      plane(columns, rows, 3),
      plane(width, height, 4),
    ];
    const colorSpace = { matrix: 'bt709', range: 'limited' } as const;
    return { format: 'I420A', width, height, planes, colorSpace, rotation: 0 };
  };
  const sides = [1, 2, 3, 5, 8];
  const frames = sides.flatMap((width) => sides.map((height) => frameOf(width, height)));
  const at = (frame: Frame, x: number, y: number, plane = 0) =>
    frame.planes[plane]?.data[y * (frame.planes[plane]?.stride ?? 0) + x];

  it('rotates clockwise: the bottom left corner becomes the top left one', () => {
    for (const frame of frames) {
      const turned = upright(frame, 90, false);
      expect([turned.width, turned.height]).toEqual([frame.height, frame.width]);
      for (const plane of [0, 3]) expect(at(turned, 0, 0, plane)).toBe(at(frame, 0, frame.height - 1, plane));
    }
  });

  it('is undone by the opposite rotation, chroma too, and by a second mirroring', () => {
    const bytes = ({ planes }: Frame) => planes.map(({ data }) => [...data]);
    for (const frame of frames) {
      const same = bytes(upright(frame, 0, false));
      for (const rotation of [90, 180, 270] as const) {
        const back = (360 - rotation) as Rotation;
        expect(bytes(upright(upright(frame, rotation, false), back, false))).toEqual(same);
      }
      expect(bytes(upright(upright(frame, 0, true), 0, true))).toEqual(same);
    }
  });
});
