import { createGpuBackend, type GpuFrame } from '../../../src/backend/gpu.js';
import type { Commands } from '../../../src/gpu/commands.js';
import type { FrameTexture } from '../../../src/gpu/memory.js';
import { type GpuSink, PlanesSink } from '../../../src/gpu/sink.js';
import {
  type Background,
  type Frame,
  type FrameShape,
  Pipeline,
  type PipelineSettings,
  type RgbaImage,
  type Segmenter,
  type VideoSource,
} from '../../../src/index.js';
import { at, type Gray, type Pixels, pixelsOf, plainFrame } from '../../support/frames.js';
import { createTestPipeline, kernelModule } from '../../support/kernels.js';
import { ExactSegmenter, FakeSegmenter } from '../../support/segmenters.js';
import { BridgedSegmenter } from './bridge.js';
import type { Bench } from './device.js';

/** The time between two frames, in microseconds. */
export const FRAME_TIME = 33_333;

/** The options of both pipelines. */
export interface BackendsOptions extends Partial<PipelineSettings> {
  readonly background?: Background;
}

/** Creates a network. Called twice, once for each backend. */
export type MakeSegmenter = () => Segmenter | Promise<Segmenter>;

/** A frame, and its exact alpha for networks that return it. */
export interface Scene {
  readonly frame: Frame;
  readonly upright?: Gray;
}

/** The outputs of both backends for a frame. */
export interface Outputs {
  readonly cpu: Pixels;
  readonly gpu: Pixels;
}

/** A pipeline on the CPU and one on the GPU, which process the same frames with the same networks. */
export class BothBackends implements Disposable {
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
    options: BackendsOptions = {},
    makeClose?: MakeSegmenter,
  ): Promise<BothBackends> {
    const [onCpu, onGpu] = [await make(), await make()];
    const close = makeClose && ([await makeClose(), await makeClose()] as const);
    const cpu = await createTestPipeline(onCpu, { ...(close && { closeSegmenter: close[0] }), ...options });
    const sink = new FormattedSink(device, options.background);
    const backend = createGpuBackend({
      device,
      kernels: kernelModule,
      segmenter: new BridgedSegmenter(device, onGpu),
      ...(close && { closeSegmenter: new BridgedSegmenter(device, close[1]) }),
      sink,
    });
    const gpu = await Pipeline.create({ backend, ...options });
    return new BothBackends(cpu, gpu, [onCpu, onGpu, ...(close ?? [])], sink);
  }

  /** Processes a frame on both backends. */
  async process({ frame, upright }: Scene, timestamp: number): Promise<Outputs> {
    for (const each of this.#segmenters) if (each instanceof ExactSegmenter) each.truth = upright;
    const { kind, frame: output, error } = await this.cpu.process(frame, timestamp);
    if (kind !== 'processed') throw new Error('The CPU output a placeholder', { cause: error });
    return {
      cpu: pixelsOf(output),
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

/** Reads planes back, with alpha if the background is transparent. */
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

  encode(commands: Commands, output: FrameTexture): void {
    this.#planes.encode(commands, output);
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

/** The distance of two outputs: the largest difference of samples, and for chroma also the mean one. */
export interface Distance {
  readonly luma: number;
  readonly chroma: number;
  readonly meanChroma: number;
  readonly alpha: number;
}

/**
 * The distance of the outputs of both backends, the largest of several frames. With alpha, colours count in proportion to
 * it.
 */
export function distanceOf(...all: readonly Outputs[]): Distance {
  const distances = all.map(({ cpu, gpu }) => {
    const [ours, theirs] = [overGrey(cpu), overGrey(gpu)];
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

/** An output with alpha composited over grey. */
function overGrey(pixels: Pixels): Pixels {
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

/** An image with some structure, partly transparent. */
export const IMAGE: RgbaImage = {
  width: 48,
  height: 40,
  data: Uint8Array.from({ length: 48 * 40 * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % 48, Math.floor(i / 4 / 48)];
    return [40 + 4 * x, 210 - 3 * y, 60 + x + 2 * y, y < 36 ? 255 : 128][i & 3] ?? 0;
  }),
};

/** A video that gets brighter with every frame. */
export const VIDEO: VideoSource = {
  frameAt: (timestamp) => plainFrame(50, 30, [40 + (Math.round(timestamp / FRAME_TIME) % 8) * 20, 90, 160]),
};

/**
 * A network that detects red without a sharp threshold, because its inputs differ slightly between the backends, which a
 * sharp threshold would amplify.
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
