import type { Background, Frame, Statistics, TimingName } from '@elsewhere/engine';
import { type GpuSink, PlanesSink } from '@elsewhere/engine/gpu';
import { createPipeline } from '@elsewhere/node';
import { createGpuPipeline } from '@elsewhere/node/internal';
import { median, table } from '../table.js';
import { backgrounds, INTERVAL, SIZES, TIMINGS, thereAndBack } from './setup.js';

/** How both backends are measured. */
export interface BackendOptions {
  /** The device of the GPU backend. */
  readonly device: GPUDevice;
  /** Draws frames of a size. */
  readonly draw: (width: number, height: number) => Promise<readonly Frame[]>;
  /** Names of {@link SIZES}. */
  readonly sizes: readonly string[];
  /** How many frames are measured, after a warm-up of two thirds as many. */
  readonly frames: number;
}

/** Milliseconds per frame. */
interface Times {
  readonly timings: Readonly<Record<TimingName, number>>;
  /** From the input's planes in memory to the output's, one frame after the other. */
  readonly alone: number;
  /** The same, with each frame starting while the previous one is being read back. */
  readonly overlapping?: number;
  /** The output stays on the GPU. */
  readonly kept?: number;
}

/** Measures the parts of the pipeline of both backends on the same frames. */
export async function benchBackends({ device, draw, sizes, frames: count }: BackendOptions): Promise<void> {
  const head = ['', ...TIMINGS, 'sum', 'one by one', 'overlapping', 'not read back'];
  const rows: (readonly string[])[] = [head];
  for (const size of sizes) {
    const [width, height] = SIZES[size] ?? [0, 0];
    const frames = thereAndBack(await draw(width, height));
    for (const [label, background] of Object.entries(backgrounds(width, height))) {
      const cpu = await measureCpu(frames, background, count);
      const gpu = await measureGpu(device, frames, background, count);
      const [onCpu, onGpu] = [columnsOf(cpu), columnsOf(gpu)];
      const ratios = onGpu.map((value, column) => (onCpu[column] ?? cpu.alone) / value);
      const name = `${size} ${label}`;
      rows.push(row(`${name}, CPU`, onCpu), row(`${name}, GPU`, onGpu), row('  CPU / GPU', ratios));
    }
  }
  const { vendor, architecture, description } = device.adapterInfo;
  const times = device.features.has('timestamp-query')
    ? 'with timestamps of the GPU'
    : 'without timestamps of the GPU';
  console.log(
    `\nMilliseconds per frame on one thread and on the GPU (${[vendor, architecture, description].join(' ')}; ${times}):\n`,
  );
  console.log(table(rows));
}

function columnsOf({ timings, alone, overlapping, kept }: Times): readonly number[] {
  const each = TIMINGS.map((name) => timings[name]);
  const sum = each.reduce((total, value) => total + value, 0);
  return [...each, sum, ...[alone, overlapping, kept].filter((value) => value !== undefined)];
}

function row(label: string, values: readonly number[]): readonly string[] {
  return [label, ...values.map((value) => (Number.isFinite(value) ? value.toFixed(2) : ''))];
}

async function measureCpu(frames: readonly Frame[], background: Background, count: number): Promise<Times> {
  const pipeline = await createPipeline({ background });
  const player = new Player(frames, count);
  const times = await player.measure(async (frame, timestamp) => {
    const { error } = await pipeline.process(frame, timestamp);
    if (error) throw error;
    return pipeline.statistics;
  });
  pipeline.dispose();
  return times;
}

async function measureGpu(
  device: GPUDevice,
  frames: readonly Frame[],
  background: Background,
  count: number,
): Promise<Times> {
  const planes = new PlanesSink(device, background.type === 'transparent' ? 'I420A' : 'I420');
  let mode: 'read' | 'overlap' | 'keep' = 'read';
  const sink: GpuSink<Promise<Frame> | { readonly planes: Promise<Frame> } | undefined> = {
    prepare: (shape) => planes.prepare(shape),
    encode(commands, output) {
      if (mode !== 'keep') planes.encode(commands, output);
    },
    take() {
      if (mode === 'keep') return undefined;
      return mode === 'read' ? planes.take() : { planes: planes.take() };
    },
    discard: () => planes.discard(),
  };
  const pipeline = await createGpuPipeline(device, sink, { background });
  const player = new Player(frames, count);
  const times = await player.measure(async (frame, timestamp) => {
    await pipeline.process(frame, timestamp);
    return pipeline.statistics;
  });

  mode = 'overlap';
  let before: Promise<Frame> | undefined;
  const began = performance.now();
  await player.play(count, async (frame, timestamp) => {
    const { frame: output } = await pipeline.process(frame, timestamp);
    await before;
    before = output && 'planes' in output && output.planes instanceof Promise ? output.planes : undefined;
  });
  await before;
  const overlapping = (performance.now() - began) / count;

  mode = 'keep';
  const { alone: kept } = await player.measure(async (frame, timestamp) => {
    await pipeline.process(frame, timestamp);
    await device.queue.onSubmittedWorkDone();
    return pipeline.statistics;
  });
  pipeline.dispose();
  planes.dispose();
  return { ...times, overlapping, kept };
}

/** Passes frames to a pipeline repeatedly. */
class Player {
  readonly #frames: readonly Frame[];
  readonly #count: number;
  #index = 0;

  /**
   * @param frames - The frames, which repeat.
   * @param count - How many frames are measured.
   */
  constructor(frames: readonly Frame[], count: number) {
    this.#frames = frames;
    this.#count = count;
  }

  /** Processes the next frames. */
  async play(count: number, process: (frame: Frame, timestamp: number) => Promise<void>): Promise<void> {
    for (const end = this.#index + count; this.#index < end; this.#index++) {
      const frame = this.#frames[this.#index % this.#frames.length];
      if (frame) await process(frame, this.#index * INTERVAL);
    }
  }

  /** The medians of the time of each frame and of the statistics, which are running means, after a warm-up. */
  async measure(process: (frame: Frame, timestamp: number) => Promise<Statistics>): Promise<Times> {
    const wall: number[] = [];
    const samples: Readonly<Record<TimingName, number>>[] = [];
    const measured = async (frame: Frame, timestamp: number) => {
      const began = performance.now();
      const { milliseconds } = await process(frame, timestamp);
      wall.push(performance.now() - began);
      samples.push({ ...milliseconds });
    };
    await this.play(Math.ceil((this.#count * 2) / 3), async (frame, timestamp) => {
      await process(frame, timestamp);
    });
    await this.play(this.#count, measured);
    const timings = TIMINGS.map((name) => [name, median(samples.map((sample) => sample[name]))]);
    return { timings: Object.fromEntries(timings), alone: median(wall) };
  }
}
