import type { Segmentation, Segmenter } from '../../src/index.js';
import { at, type Gray } from './frames.js';

/** What a {@link FakeSegmenter} does in place of a network. `call` counts from 0. */
export type Behaviour = (output: Segmentation, input: Float32Array, call: number) => void | Promise<void>;

/** A segmenter with a replaceable behaviour. */
export class FakeSegmenter implements Segmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange = [0, 1] as const;
  readonly hasClasses: boolean;
  /** How often it ran. */
  calls = 0;
  /** How often it was disposed of. */
  disposals = 0;
  behaviour: Behaviour;

  constructor(
    behaviour: Behaviour,
    {
      width = 64,
      height = 36,
      hasClasses = false,
    }: Partial<Pick<Segmenter, 'width' | 'height' | 'hasClasses'>> = {},
  ) {
    this.behaviour = behaviour;
    this.width = width;
    this.height = height;
    this.hasClasses = hasClasses;
  }

  async segment(input: Float32Array, output: Segmentation): Promise<void> {
    await this.behaviour(output, input, this.calls++);
  }

  dispose(): void {
    this.disposals++;
  }
}

/** Returns `truth`: set it to the exact alpha of the upright frame before the frame is processed. */
export class ExactSegmenter extends FakeSegmenter {
  truth: Gray | undefined;
  #last: { readonly truth: Gray; readonly confidence: Float32Array } | undefined;

  constructor(size: Partial<Pick<Segmenter, 'width' | 'height'>> = { width: 128, height: 72 }) {
    super((output) => {
      if (this.truth) output.confidence.set(this.#shrunkTruth(this.truth));
      else output.confidence.fill(0);
    }, size);
  }

  /** Cached, because many tests use the same frame repeatedly. */
  #shrunkTruth(truth: Gray): Float32Array {
    if (truth !== this.#last?.truth) {
      this.#last = { truth, confidence: shrunk(truth, this.width, this.height) };
    }
    return this.#last.confidence;
  }
}

/** The same confidence everywhere. */
export function constant(value: number): Behaviour {
  return (output) => {
    output.confidence.fill(value);
  };
}

/** An image scaled down to the mean of what each new pixel covers, 0..1. */
export function shrunk({ width, height, data }: Gray, newWidth: number, newHeight: number): Float32Array {
  const sums = new Float64Array(newWidth * newHeight);
  const counts = new Uint32Array(newWidth * newHeight);
  // Two samples per pixel and direction, so that a pixel on a border counts for both sides.
  for (let y = 0.25; y < height; y += 0.5) {
    const row = Math.floor((y / height) * newHeight) * newWidth;
    for (let x = 0.25; x < width; x += 0.5) {
      const cell = row + Math.floor((x / width) * newWidth);
      sums[cell] = at(sums, cell) + at(data, Math.floor(y) * width + Math.floor(x));
      counts[cell] = at(counts, cell) + 1;
    }
  }
  return Float32Array.from(sums, (sum, i) => sum / at(counts, i) / 255);
}
