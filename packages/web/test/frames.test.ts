import { type Frame, planeSizes } from '@elsewhere/engine';
import { assertFrame } from '@elsewhere/engine/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameReader, outputColorSpace, shapeOf } from '../src/media/frame-reader.js';
import { FrameWriter } from '../src/media/frame-writer.js';
import { FakeVideoFrame, fakeFrame } from './support/video-frames.js';

/** A number that identifies plane and position. */
function sample(plane: number, x: number, y: number): number {
  return (plane * 101 + x * 7 + y * 13) & 255;
}

/** The bytes of a frame's plane, without padding. */
function rowsOf(frame: Frame, plane: number): number[][] {
  const { rowBytes = 0, rows = 0 } = planeSizes(frame.format, frame.width, frame.height)[plane] ?? {};
  const { data = new Uint8Array(), stride = 0 } = frame.planes[plane] ?? {};
  return Array.from({ length: rows }, (_, y) => [...data.subarray(y * stride, y * stride + rowBytes)]);
}

beforeEach(() => {
  vi.stubGlobal('VideoFrame', FakeVideoFrame);
});
afterEach(() => {
  for (const frame of [...FakeVideoFrame.open]) frame.close();
  vi.unstubAllGlobals();
});

describe('reading frames', () => {
  const size = { codedWidth: 12, codedHeight: 10 };

  it.each([
    ['I420', 'I420', 3],
    ['I420A', 'I420', 3],
    ['NV12', 'NV12', 2],
    ['RGBA', 'RGBA', 1],
    ['BGRA', 'BGRA', 1],
  ])('%s comes as %s', async (format, expected, planes) => {
    const frame = await new FrameReader().read(fakeFrame({ ...size, format, sample }));
    expect(frame.format).toBe(expected);
    expect(frame.planes).toHaveLength(planes);
    expect(() => assertFrame(frame)).not.toThrow();
    for (let plane = 0; plane < planes; plane++) {
      rowsOf(frame, plane).forEach((row, y) => {
        expect(row).toEqual(row.map((_, x) => sample(plane, x, y)));
      });
    }
  });

  it.each(['RGBX', 'BGRX'])('the fourth byte of %s is made opaque', async (format) => {
    const frame = await new FrameReader().read(fakeFrame({ ...size, format, sample }));
    expect(frame.format).toBe(format.replace('X', 'A'));
    const [row = []] = rowsOf(frame, 0);
    expect(row).toEqual(row.map((_, x) => (x % 4 === 3 ? 255 : sample(0, x, 0))));
  });

  it('the browser converts all other formats', async () => {
    const source = fakeFrame({ ...size, format: 'I422', sample });
    await expect(new FrameReader().read(source)).resolves.toMatchObject({ format: 'RGBA' });
    const opaque = fakeFrame({ ...size, format: null, sample });
    await expect(new FrameReader().read(opaque)).resolves.toMatchObject({ format: 'RGBA' });
  });

  it.each([0, 1])("the browser's layout is used (odd corner: %i)", async (odd) => {
    for (const format of ['I420', 'NV12', 'BGRA']) {
      const visibleRect = { x: 2 + odd, y: 4 + odd, width: 7, height: 5 };
      const source = fakeFrame({ ...size, format, sample, visibleRect, padding: 9 });
      const frame = await new FrameReader().read(source);
      expect([frame.width, frame.height]).toEqual([7, 5]);
      expect(() => assertFrame(frame)).not.toThrow();
      const bytes = format === 'BGRA' ? 4 : 1;
      const { x, y } = visibleRect;
      rowsOf(frame, 0).forEach((row, j) => {
        expect(row).toEqual(row.map((_, i) => sample(0, x * bytes + i, y + j)));
      });
      if (format !== 'I420') continue;
      rowsOf(frame, 2).forEach((row, j) => {
        expect(row).toEqual(row.map((_, i) => sample(2, (x >> 1) + i, (y >> 1) + j)));
      });
    }
  });

  it('the buffer is reused, and grows where necessary', async () => {
    const reader = new FrameReader();
    const first = await reader.read(fakeFrame(size));
    const second = await reader.read(fakeFrame(size));
    expect(second.planes[0]?.data.buffer).toBe(first.planes[0]?.data.buffer);
    const larger = await reader.read(fakeFrame({ codedWidth: 40, codedHeight: 40 }));
    expect(() => assertFrame(larger)).not.toThrow();
  });

  it('a frame that names no matrix is BT.601, and comes out as that', () => {
    const frame = fakeFrame({ ...size, colorSpace: {} });
    expect(shapeOf(frame).colorSpace).toEqual({ matrix: 'bt601', range: 'limited' });
    expect(outputColorSpace(frame)).toEqual({ matrix: 'smpte170m', fullRange: false });
  });

  it.each([
    [
      { matrix: 'bt709', fullRange: false },
      { matrix: 'bt709', range: 'limited' },
    ],
    [
      { matrix: 'smpte170m', fullRange: true },
      { matrix: 'bt601', range: 'full' },
    ],
    [{ matrix: 'bt470bg' }, { matrix: 'bt601', range: 'limited' }],
    [
      { matrix: 'bt2020-ncl', fullRange: false },
      { matrix: 'bt2020-ncl', range: 'limited' },
    ],
  ] as const)('the colour space %j is %j, and goes out as it came', (colorSpace, expected) => {
    const frame = fakeFrame({ ...size, colorSpace });
    expect(shapeOf(frame).colorSpace).toEqual(expected);
    expect(outputColorSpace(frame)).toEqual(colorSpace);
  });

  it('RGB comes out as BT.709 with the same primaries', () => {
    const colorSpace = {
      matrix: 'rgb',
      primaries: 'smpte432',
      transfer: 'iec61966-2-1',
      fullRange: true,
    } as const;
    const frame = fakeFrame({ ...size, format: 'BGRA', colorSpace });
    expect(shapeOf(frame).colorSpace).toEqual({ matrix: 'bt709', range: 'limited' });
    expect(outputColorSpace(frame)).toEqual({ ...colorSpace, matrix: 'bt709', fullRange: false });
  });

  it('rotated frames keep their rotation', () => {
    expect(shapeOf(fakeFrame({ ...size, rotation: 270 }))).toMatchObject({
      width: 12,
      height: 10,
      rotation: 270,
    });
  });
});

describe('pixels that are not square', () => {
  it.each([
    ['square', { codedWidth: 12, codedHeight: 10, displayWidth: 12, displayHeight: 10 }, 1],
    ['scaled as a whole', { codedWidth: 12, codedHeight: 10, displayWidth: 24, displayHeight: 20 }, 1],
    ['wide', { codedWidth: 12, codedHeight: 9, displayWidth: 16, displayHeight: 9 }, 4 / 3],
    [
      'wide, rotated',
      { codedWidth: 12, codedHeight: 9, displayWidth: 9, displayHeight: 16, rotation: 90 },
      4 / 3,
    ],
    ['without a display size', { codedWidth: 12, codedHeight: 9, displayWidth: 0, displayHeight: 0 }, 1],
  ])('come in: %s', (_, init, expected) => {
    expect(shapeOf(fakeFrame(init)).pixelAspectRatio).toBeCloseTo(expected, 9);
  });

  it.each([
    [0, 4 / 3, { displayWidth: 16, displayHeight: 9 }],
    [90, 4 / 3, { displayWidth: 9, displayHeight: 16 }],
    [0, 1, {}],
  ] as const)('go out at rotation %d with the ratio %d', (rotation, pixelAspectRatio, expected) => {
    const plane = { data: new Uint8Array(256), stride: 16 };
    const colorSpace = { matrix: 'bt709', range: 'limited' } as const;
    const planes = [plane, plane, plane];
    const frame: Frame = {
      format: 'I420',
      width: 12,
      height: 9,
      planes,
      colorSpace,
      rotation,
      pixelAspectRatio,
    };
    const origin = { timestamp: 0, duration: null, colorSpace: {} };
    const { init } = new FrameWriter().write(frame, origin) as unknown as FakeVideoFrame;
    const { displayWidth, displayHeight } = init as VideoFrameBufferInit;
    expect({ ...(displayWidth && { displayWidth, displayHeight }) }).toEqual(expected);
  });
});

describe('writing frames', () => {
  it.each(['I420', 'I420A'] as const)('%s planes anywhere in a buffer', (format) => {
    const memory = new Uint8Array(4096);
    const planes = planeSizes(format, 6, 5).map(({ rowBytes, rows }, index) => {
      const stride = 16;
      // Not in the order of the planes.
      const data = memory.subarray(3000 - index * 500, 3000 - index * 500 + stride * rows);
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < rowBytes; x++) data[y * stride + x] = sample(index, x, y);
      return { data, stride };
    });
    const colorSpace = { matrix: 'bt709', range: 'limited' } as const;
    const frame: Frame = { format, width: 6, height: 5, planes, colorSpace, rotation: 90 };
    const origin = { timestamp: 1234, duration: 33_333, colorSpace: { matrix: 'smpte170m' } as const };
    const { data, init } = new FrameWriter().write(frame, origin) as unknown as FakeVideoFrame;
    expect(init).toMatchObject({ format, codedWidth: 6, codedHeight: 5, rotation: 90, ...origin });
    // Close together, plane after plane.
    let offset = 0;
    planeSizes(format, 6, 5).forEach(({ rowBytes, rows }, plane) => {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < rowBytes; x++) {
          expect(data?.[offset + y * rowBytes + x]).toBe(sample(plane, x, y));
        }
      }
      offset += rowBytes * rows;
    });
    expect(data).toHaveLength(offset);
  });

  it('leaves out what is not known', () => {
    const plane = { data: new Uint8Array(64), stride: 8 };
    const colorSpace = { matrix: 'bt709', range: 'limited' } as const;
    const frame: Frame = {
      format: 'I420',
      width: 4,
      height: 4,
      planes: [plane, plane, plane],
      colorSpace,
      rotation: 0,
    };
    const { init } = new FrameWriter().write(frame, {
      timestamp: 0,
      duration: null,
      colorSpace: {},
    }) as unknown as FakeVideoFrame;
    expect(init).not.toHaveProperty('duration');
    expect(init).not.toHaveProperty('rotation');
  });
});
