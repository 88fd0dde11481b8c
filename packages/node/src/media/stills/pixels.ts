import { type Frame, type Plane, planeSizes } from '@elsewhere/engine';
import { type Row, rgbToYuvMatrix, yuvToRgb } from '@elsewhere/engine/internal';

/** Still images are processed in full range, which loses least. */
const STILL = { matrix: 'bt709', range: 'full' } as const;

/**
 * Converts pixels to an I420 frame: BT.709, full range, chroma the mean of four pixels.
 *
 * @param rgb - RGB, row by row, without padding.
 * @param width - In pixels.
 * @param height - In pixels.
 */
export function rgbToFrame(rgb: Uint8Array, width: number, height: number): Frame {
  const planes = planeSizes('I420', width, height).map(({ rowBytes, rows }) => ({
    data: new Uint8Array(rowBytes * rows),
    stride: rowBytes,
  }));
  const [y, u, v] = planes as [Plane, Plane, Plane];
  const to = rgbToYuvMatrix(STILL);
  for (let row = 0, at = 0; row < height; row++) {
    for (let x = 0; x < width; x++, at += 3) {
      const luma = weigh(to.y, byte(rgb, at), byte(rgb, at + 1), byte(rgb, at + 2));
      y.data[row * width + x] = clamp(to.yOffset + luma);
    }
  }
  for (let row = 0; row < height; row += 2) {
    const below = row + 1 < height ? width * 3 : 0;
    for (let x = 0; x < width; x += 2) {
      const right = x + 1 < width ? 3 : 0;
      const at = (row * width + x) * 3;
      const mean = (channel: number) => {
        const i = at + channel;
        return (
          (byte(rgb, i) + byte(rgb, i + right) + byte(rgb, i + below) + byte(rgb, i + below + right)) / 4
        );
      };
      const [red, green, blue] = [mean(0), mean(1), mean(2)];
      const chroma = (row >> 1) * u.stride + (x >> 1);
      u.data[chroma] = clamp(128 + weigh(to.u, red, green, blue));
      v.data[chroma] = clamp(128 + weigh(to.v, red, green, blue));
    }
  }
  return { format: 'I420', width, height, planes, colorSpace: STILL, rotation: 0 };
}

/**
 * Converts a frame to pixels, its chroma interpolated between the four nearest samples.
 *
 * @param frame - I420 or I420A.
 * @returns Pixels of three or four channels, row by row, without padding.
 */
export function toPixels(frame: Frame): { pixels: Uint8Array; channels: 3 | 4 } {
  const { width, height, planes, colorSpace } = frame;
  const [y, u, v, alpha] = planes;
  if (!y || !u || !v || frame.format === 'NV12')
    throw new Error(`A frame of ${frame.format} cannot be converted to pixels.`);
  const channels = alpha ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb(colorSpace);
  const upsample = [upsampler(u, width, height), upsampler(v, width, height)] as const;
  for (let row = 0, at = 0; row < height; row++) {
    const us = upsample[0](row);
    const vs = upsample[1](row);
    for (let x = 0; x < width; x++, at += channels) {
      const luma = (byte(y.data, row * y.stride + x) - yOffset) * yScale;
      const cu = (us[x] ?? 128) - 128;
      const cv = (vs[x] ?? 128) - 128;
      pixels[at] = clamp(255 * (luma + rv * cv));
      pixels[at + 1] = clamp(255 * (luma + gu * cu + gv * cv));
      pixels[at + 2] = clamp(255 * (luma + bu * cu));
      if (alpha) pixels[at + 3] = byte(alpha.data, row * alpha.stride + x);
    }
  }
  return { pixels, channels };
}

/** Upsamples rows of chroma: each sample is 9/16 of the nearest, 3/16 of two and 1/16 of one neighbour. */
function upsampler(plane: Plane, width: number, height: number): (row: number) => Float32Array {
  const columns = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  const mixed = new Float32Array(columns);
  const line = new Float32Array(width);
  return (row) => {
    const near = row >> 1;
    const far = Math.min(rows - 1, Math.max(0, near + (row & 1 ? 1 : -1)));
    for (let x = 0; x < columns; x++) {
      mixed[x] =
        0.75 * byte(plane.data, near * plane.stride + x) + 0.25 * byte(plane.data, far * plane.stride + x);
    }
    for (let x = 0; x < width; x++) {
      const beside = Math.min(columns - 1, Math.max(0, (x >> 1) + (x & 1 ? 1 : -1)));
      line[x] = 0.75 * (mixed[x >> 1] ?? 0) + 0.25 * (mixed[beside] ?? 0);
    }
    return line;
  };
}

function weigh([r, g, b]: Row, red: number, green: number, blue: number): number {
  return r * red + g * green + b * blue;
}

function byte(data: Uint8Array, index: number): number {
  return data[index] ?? 0;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}
