import { createGpuBackend, type GpuFrame } from '../../../src/backend/gpu.js';
import type { Commands } from '../../../src/gpu/commands.js';
import type { FrameTexture } from '../../../src/gpu/memory.js';
import { type GpuSink, PlanesSink } from '../../../src/gpu/sink.js';
import {
  type Background,
  type Frame,
  type FrameShape,
  type Picture,
  Pipeline,
  type PipelineSettings,
  type Segmenter,
  type VideoSource,
} from '../../../src/index.js';
import { at, type Gray, type Pixels, pixelsOf, plainFrame } from '../../support/frames.js';
import { createTestPipeline, kernelModule } from '../../support/kernels.js';
import { ExactSegmenter, FakeSegmenter } from '../../support/segmenters.js';
import { BridgedSegmenter } from './bridge.js';
import type { Bench } from './device.js';

/** Between two frames, in microseconds. */
export const FRAME_TIME = 33_333;

/** What both pipelines are made with. */
export interface WaysOptions extends Partial<PipelineSettings> {
  readonly background?: Background;
}

/** Makes a network; called twice, once for each way. */
export type MakeSegmenter = () => Segmenter | Promise<Segmenter>;

/** A frame, and who is in it: for networks that are told. */
export interface Scene {
  readonly frame: Frame;
  readonly upright?: Gray;
}

/** What both ways made of a frame. */
export interface Pictures {
  readonly cpu: Pixels;
  readonly gpu: Pixels;
}

/** The same frames on the CPU and on the GPU, where the same networks look at them. */
export class BothWays implements Disposable {
  readonly cpu: Pipeline;
  readonly gpu: Pipeline<GpuFrame, Frame>;
  readonly #segmenters: readonly Segmenter[];
  readonly #sink: FormattedSink;

  private constructor(
    cpu: Pipeline,
    gpu: Pipeline<GpuFrame, Frame>,
    segmenters: readonly Segmenter[],
    sink: FormattedSink,
  ) {
    this.cpu = cpu;
    this.gpu = gpu;
    this.#segmenters = segmenters;
    this.#sink = sink;
  }

  static async create(
    { device }: Bench,
    make: MakeSegmenter,
    options: WaysOptions = {},
    makeClose?: MakeSegmenter,
  ): Promise<BothWays> {
    const [ours, theirs] = [await make(), await make()];
    const close = makeClose && ([await makeClose(), await makeClose()] as const);
    const cpu = await createTestPipeline(ours, { ...(close && { closeSegmenter: close[0] }), ...options });
    const sink = new FormattedSink(device, options.background);
    const backend = createGpuBackend({
      device,
      kernels: kernelModule,
      segmenter: new BridgedSegmenter(device, theirs),
      ...(close && { closeSegmenter: new BridgedSegmenter(device, close[1]) }),
      sink,
    });
    const gpu = await Pipeline.create({ backend, ...options });
    return new BothWays(cpu, gpu, [ours, theirs, ...(close ?? [])], sink);
  }

  /** Both pictures of a frame. */
  async show({ frame, upright }: Scene, timestamp: number): Promise<Pictures> {
    for (const each of this.#segmenters) if (each instanceof ExactSegmenter) each.truth = upright;
    const { kind, frame: picture, error } = await this.cpu.process(frame, timestamp);
    if (kind !== 'processed') throw new Error('The CPU gave a placeholder', { cause: error });
    return {
      cpu: pixelsOf(picture),
      gpu: pixelsOf((await this.gpu.process(frame, timestamp)).frame),
    };
  }

  setBackground(background: Background): void {
    this.cpu.setBackground(background);
    this.gpu.setBackground(background);
    this.#sink.setFormat(background);
  }

  setOptions(settings: Partial<PipelineSettings>): void {
    this.cpu.setOptions(settings);
    this.gpu.setOptions(settings);
  }

  [Symbol.dispose](): void {
    this.cpu.dispose();
    this.gpu.dispose();
    this.#sink.dispose();
  }
}

/** Reads planes back, with alpha where the background is transparent. */
class FormattedSink implements GpuSink<Promise<Frame>> {
  readonly #device: GPUDevice;
  #planes: PlanesSink;

  constructor(device: GPUDevice, background: Background | undefined) {
    this.#device = device;
    this.#planes = new PlanesSink(device, formatFor(background));
  }

  setFormat(background: Background): void {
    this.#planes.dispose();
    this.#planes = new PlanesSink(this.#device, formatFor(background));
  }

  prepare(shape: FrameShape): void {
    this.#planes.prepare(shape);
  }

  encode(commands: Commands, picture: FrameTexture): void {
    this.#planes.encode(commands, picture);
  }

  take(): Promise<Frame> {
    return this.#planes.take();
  }

  discard(): void {
    this.#planes.discard();
  }

  dispose(): void {
    this.#planes.dispose();
  }
}

function formatFor(background: Background | undefined): 'I420' | 'I420A' {
  return background?.type === 'transparent' ? 'I420A' : 'I420';
}

/** How far pictures are from each other: the largest difference of samples, and of chroma the mean one, too. */
export interface Distance {
  readonly luma: number;
  readonly chroma: number;
  readonly meanChroma: number;
  readonly alpha: number;
}

/**
 * The distance of what both ways made; the worst of several frames. Where there is alpha, the colours count as far as they
 * are seen.
 */
export function distanceOf(...all: readonly Pictures[]): Distance {
  const distances = all.map(({ cpu, gpu }) => {
    const [ours, theirs] = [seen(cpu), seen(gpu)];
    const [u, v] = [differences(ours.u, theirs.u), differences(ours.v, theirs.v)];
    return {
      luma: differences(ours.y, theirs.y).most,
      chroma: Math.max(u.most, v.most),
      meanChroma: Math.max(u.mean, v.mean),
      alpha: differences(ours.alpha ?? new Uint8Array(), theirs.alpha ?? new Uint8Array()).most,
    };
  });
  const worst = (name: keyof Distance) => Math.max(...distances.map((each) => each[name]));
  return {
    luma: worst('luma'),
    chroma: worst('chroma'),
    meanChroma: worst('meanChroma'),
    alpha: worst('alpha'),
  };
}

function differences(some: Uint8Array, others: Uint8Array): { readonly most: number; readonly mean: number } {
  if (some.length !== others.length)
    return { most: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY };
  let [most, sum] = [0, 0];
  for (let i = 0; i < some.length; i++) {
    const difference = Math.abs(at(some, i) - at(others, i));
    most = Math.max(most, difference);
    sum += difference;
  }
  return { most, mean: some.length === 0 ? 0 : sum / some.length };
}

/** A picture before grey, where it has alpha. */
function seen(pixels: Pixels): Pixels {
  const { width, height, alpha, y, u, v } = pixels;
  if (!alpha) return pixels;
  const over = (value: number, share: number) => Math.round(128 + ((value - 128) * share) / 255);
  const across = Math.ceil(width / 2);
  const shares = Uint8Array.from(u, (_, i) => {
    const [x, row] = [2 * (i % across), 2 * Math.floor(i / across)];
    const [right, below] = [Math.min(x + 1, width - 1), Math.min(row + 1, height - 1)];
    const corners = [row * width + x, row * width + right, below * width + x, below * width + right];
    return corners.reduce((sum, corner) => sum + at(alpha, corner), 0) / 4;
  });
  return {
    ...pixels,
    y: y.map((value, i) => over(value, at(alpha, i))),
    u: u.map((value, i) => over(value, at(shares, i))),
    v: v.map((value, i) => over(value, at(shares, i))),
  };
}

/** A landscape with some structure, partly transparent. */
export const PICTURE: Picture = {
  width: 48,
  height: 40,
  data: Uint8Array.from({ length: 48 * 40 * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % 48, Math.floor(i / 4 / 48)];
    return [40 + 4 * x, 210 - 3 * y, 60 + x + 2 * y, y < 36 ? 255 : 128][i & 3] ?? 0;
  }),
};

/** A video that becomes brighter with every frame. */
export const VIDEO: VideoSource = {
  frameAt: (timestamp) => plainFrame(50, 30, [40 + (Math.round(timestamp / FRAME_TIME) % 8) * 20, 90, 160]),
};

/**
 * A network that looks for red, without a sharp threshold: what both ways show it differs by a little, and a sharp one would
 * make much of that.
 */
export function redSegmenter(width: number, height: number): FakeSegmenter {
  return new FakeSegmenter(
    ({ confidence }, input) => {
      for (let i = 0; i < confidence.length; i++) {
        const red = at(input, 3 * i) - at(input, 3 * i + 2);
        confidence[i] = Math.min(1, Math.max(0, red * 5));
      }
    },
    { width, height },
  );
}
