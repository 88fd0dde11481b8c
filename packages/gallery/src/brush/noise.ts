import { seeded } from './random.js';
import { sheet } from './sheet.js';

/** A smooth random line, -1 to 1, which repeats after `period`. */
export type Line = (x: number) => number;

/** A rough line: each of the `octaves` is twice as fine and `roughness` times as high as the one before. */
export function rough(seed: number, octaves: number, period: number, roughness = 0.5): Line {
  const lines = Array.from({ length: octaves }, (_, octave) => smooth(seed + octave * 101, period << octave));
  const total = lines.reduce((sum, _, octave) => sum + roughness ** octave, 0);
  return (x) =>
    lines.reduce((sum, line, octave) => sum + line(x * 2 ** octave) * roughness ** octave, 0) / total;
}

function smooth(seed: number, period: number): Line {
  const random = seeded(seed);
  const values = Array.from({ length: period }, () => random() * 2 - 1);
  const at = (index: number) => values[((index % period) + period) % period] ?? 0;
  return (x) => {
    const cell = Math.floor(x);
    const share = ease(x - cell);
    return at(cell) * (1 - share) + at(cell + 1) * share;
  };
}

/**
 * White with an uneven opacity, as of clouds, mist or plaster. It tiles horizontally.
 *
 * @param width - In pixels; a power of two.
 * @param height - In pixels.
 * @param cells - The number of bumps from left to right.
 * @param opacity - The opacity of a value, 0 to 1, at a height, 0 to 1.
 */
export function cloud(
  width: number,
  height: number,
  seed: number,
  cells: number,
  opacity: (value: number, y: number) => number,
): OffscreenCanvas {
  const context = sheet(width, height);
  const image = context.createImageData(width, height);
  const octaves = [0, 1, 2, 3].map((octave) => lattice(seed + octave, cells << octave));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      let value = 0;
      for (const [octave, noise] of octaves.entries()) {
        const scale = (cells << octave) / width;
        value += noise(x * scale, y * scale) * 0.5 ** (octave + 1);
      }
      image.data.fill(255, at, at + 3);
      image.data[at + 3] = 255 * Math.min(1, Math.max(0, opacity(value / 0.9375, y / height)));
    }
  }
  context.putImageData(image, 0, 0);
  return context.canvas;
}

function lattice(seed: number, period: number): (x: number, y: number) => number {
  const random = seeded(seed * 7919);
  const values = Array.from({ length: period * 64 }, random);
  const at = (x: number, y: number) => values[(y % 64) * period + (x % period)] ?? 0;
  return (x, y) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [ease(x - column), ease(y - row)];
    const above = at(column, row) * (1 - right) + at(column + 1, row) * right;
    const below = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
    return above * (1 - down) + below * down;
  };
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
