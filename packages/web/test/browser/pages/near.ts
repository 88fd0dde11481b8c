import type { Truth } from './messages.js';

/** How near a person is near, in samples of 2 pixels. */
const NEAR = 10;

/** Knows for each frame of a clip where people are near. */
export class Nearness {
  readonly #truth: Truth;
  readonly #alphas: Uint8Array;
  readonly #masks = new Map<number, Uint8Array>();

  private constructor(truth: Truth, alphas: Uint8Array) {
    this.#truth = truth;
    this.#alphas = alphas;
  }

  /** Fetches the alphas. */
  static async load(truth: Truth): Promise<Nearness> {
    return new Nearness(truth, new Uint8Array(await (await fetch(truth.url)).arrayBuffer()));
  }

  /**
   * One byte for each 2x2 block of pixels: 0 where no person is near.
   *
   * @param timestamp - Of the frame, in microseconds.
   */
  at(timestamp: number): Uint8Array {
    const { width, height, start = 0, fps = 30, step = 1 } = this.#truth;
    const size = width * height;
    const shown = Math.round(((timestamp - start) * fps) / 1e6);
    const index = (shown * step) % (this.#alphas.length / size);
    const known = this.#masks.get(index);
    if (known) return known;
    const across = width >> 1;
    const person = halved(this.#alphas.subarray(index * size, (index + 1) * size), width, height);
    const mask = filled(dilated(person, across), across);
    this.#masks.set(index, mask);
    return mask;
  }
}

function halved(alpha: Uint8Array, width: number, height: number): Uint8Array {
  const across = width >> 1;
  const result = new Uint8Array(across * (height >> 1));
  for (let row = 0, to = 0; row < height >> 1; row++) {
    for (let column = 0, from = 2 * row * width; column < across; column++, from += 2, to++) {
      const any =
        at(alpha, from) | at(alpha, from + 1) | at(alpha, from + width) | at(alpha, from + width + 1);
      result[to] = any === 0 ? 0 : 1;
    }
  }
  return result;
}

function at(values: Uint8Array, index: number): number {
  return values[index] ?? 0;
}

/** Along the rows, then along the columns. */
function dilated(mask: Uint8Array, width: number): Uint8Array {
  const height = mask.length / width;
  return spread(spread(mask, height, width, width, 1), width, 1, height, width);
}

/**
 * Each row filled from its first sample to its last: what lies between two parts of a person is near, too. Now and then a network
 * takes the whole of it, from a raised hand to the neck, for the person.
 */
function filled(mask: Uint8Array, width: number): Uint8Array {
  const result = mask.slice();
  for (let from = 0; from < mask.length; from += width) {
    const row = result.subarray(from, from + width);
    if (row.includes(1)) row.fill(1, row.indexOf(1), row.lastIndexOf(1));
  }
  return result;
}

/**
 * Along lines: what is at most {@link NEAR} samples from one that is set.
 *
 * @param lines - How many there are.
 * @param lineStep - From one line to the next.
 * @param length - Of a line.
 * @param step - From one sample of a line to the next.
 */
function spread(mask: Uint8Array, lines: number, lineStep: number, length: number, step: number): Uint8Array {
  const result = new Uint8Array(mask.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    // The first sample of the line that is not filled yet.
    let next = 0;
    for (let i = 0; i < length; i++) {
      if (mask[start + i * step] === 0) continue;
      const end = Math.min(length, i + NEAR + 1);
      for (next = Math.max(next, i - NEAR); next < end; next++) result[start + next * step] = 1;
    }
  }
  return result;
}
