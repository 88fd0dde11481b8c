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
  for (let i = 0; i < result.length; i++) {
    const from = 2 * Math.floor(i / across) * width + 2 * (i % across);
    const any = [from, from + 1, from + width, from + width + 1].some((pixel) => (alpha[pixel] ?? 0) > 0);
    result[i] = any ? 1 : 0;
  }
  return result;
}

/** Along the rows, then along the columns. */
function dilated(mask: Uint8Array, width: number): Uint8Array {
  return spread(spread(mask, width, 1), width, width);
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

function spread(mask: Uint8Array, width: number, step: number): Uint8Array {
  const result = new Uint8Array(mask.length);
  const row = (index: number) => (step === 1 ? Math.floor(index / width) : index % width);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    for (let distance = -NEAR; distance <= NEAR; distance++) {
      const to = i + distance * step;
      if (to >= 0 && to < mask.length && row(to) === row(i)) result[to] = 1;
    }
  }
  return result;
}
