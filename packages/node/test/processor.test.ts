import { type Frame, Pipeline, type Statistics } from '@elsewhere/engine';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type GpuBackend, Processor } from '../src/worker/processor.js';

const TIMES = { input: 0, segmentation: 0, matting: 0, background: 0, compositing: 0 };
const STATISTICS: Statistics = { frames: 0, placeholders: 0, emptyFrames: 0, resets: 0, milliseconds: TIMES };
const [INPUT, FROM_CPU, FROM_GPU] = [16, 126, 210].map(
  (value): Frame => ({
    format: 'I420',
    width: 2,
    height: 2,
    planes: [4, 1, 1].map((bytes, index) => ({
      data: new Uint8Array(bytes).fill(value),
      stride: index ? 1 : 2,
    })),
    colorSpace: { matrix: 'bt709', range: 'limited' },
    rotation: 0,
  }),
) as [Frame, Frame, Frame];

/** The current time. Frames take as long as the tests say. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

function cpuPipeline(milliseconds: number, onReset = () => {}): Pipeline {
  const pipeline = Object.create(Pipeline.prototype) as Pipeline;
  return Object.defineProperties(pipeline, {
    statistics: { value: STATISTICS },
    reset: { value: onReset },
    process: {
      value: async () => {
        now += milliseconds;
        return { kind: 'processed', frame: FROM_CPU, error: undefined };
      },
    },
  });
}

class FakeGpu implements GpuBackend {
  readonly statistics = STATISTICS;
  readonly timestamps: number[] = [];
  isDisposed = false;
  resets = 0;
  fails = false;
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  async process(_frame: Frame, timestamp: number): Promise<Frame> {
    if (this.fails) throw new Error('The GPU failed on this frame: it is gone.');
    this.timestamps.push(timestamp);
    now += this.#milliseconds;
    return FROM_GPU;
  }

  reset(): void {
    this.resets++;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/** Processes frames. Returns the backend of each. */
async function processFrames(processor: Processor, count: number): Promise<readonly ('cpu' | 'gpu')[]> {
  const backends: ('cpu' | 'gpu')[] = [];
  for (let index = 0; index < count; index++) {
    backends.push((await processor.process(INPUT, index)) === FROM_GPU ? 'gpu' : 'cpu');
  }
  return backends;
}

describe('a processor with the choice auto', () => {
  it('forgets earlier frames on both backends', async () => {
    const gpu = new FakeGpu(2);
    const onReset = vi.fn();
    const processor = await Processor.create({
      cpu: cpuPipeline(10, onReset),
      choice: 'gpu',
      openGpu: async () => gpu,
    });
    processor.reset();
    expect(gpu.resets).toBe(1);
    expect(onReset).toHaveBeenCalledTimes(1);
    processor.dispose();
  });

  it('uses the GPU when it is cheaper, after some frames on both', async () => {
    const gpu = new FakeGpu(2);
    const processor = await Processor.create({
      cpu: cpuPipeline(10),
      choice: 'auto',
      openGpu: async () => gpu,
    });
    const backends = await processFrames(processor, 400);
    expect(backends[0]).toBe('cpu');
    expect(backends.at(-1)).toBe('gpu');
    expect(backends.lastIndexOf('cpu')).toBe(backends.indexOf('gpu') - 1);
    expect(processor.backend).toBe('gpu');
    expect(processor.statistics.frames).toBe(400);
    processor.dispose();
    expect(gpu.isDisposed).toBe(true);
  });

  it('does not use the GPU when it is more expensive, and stops trying earlier when it is much more expensive', async () => {
    const tried = async (milliseconds: number) => {
      const gpu = new FakeGpu(milliseconds);
      const processor = await Processor.create({
        cpu: cpuPipeline(10),
        choice: 'auto',
        openGpu: async () => gpu,
      });
      expect(new Set(await processFrames(processor, 400))).toEqual(new Set(['cpu']));
      expect([processor.backend, gpu.isDisposed, processor.warnings]).toEqual(['cpu', true, []]);
      return gpu.timestamps.length;
    };
    expect(await tried(100)).toBeLessThan(await tried(11));
  });

  it('has no warning for a GPU that is missing or fails during the trial', async () => {
    const broken = new FakeGpu(1);
    broken.fails = true;
    const openings: (() => Promise<GpuBackend | undefined>)[] = [
      () => Promise.reject(new Error('none')),
      async () => undefined,
      async () => broken,
    ];
    for (const openGpu of openings) {
      const processor = await Processor.create({ cpu: cpuPipeline(10), choice: 'auto', openGpu });
      expect(new Set(await processFrames(processor, 400))).toEqual(new Set(['cpu']));
      expect(processor.warnings).toEqual([]);
    }
  });

  it('opens no GPU for a short video', async () => {
    const openGpu = vi.fn();
    const processor = await Processor.create({ cpu: cpuPipeline(10), choice: 'auto', openGpu });
    await processFrames(processor, 100);
    expect(openGpu).not.toHaveBeenCalled();
  });

  it('disposes of a GPU backend that opens too late', async () => {
    let open = (_: GpuBackend) => {};
    const openGpu = () => new Promise<GpuBackend>((resolve) => (open = resolve));
    const processor = await Processor.create({ cpu: cpuPipeline(10), choice: 'auto', openGpu });
    await processFrames(processor, 300);
    processor.dispose();
    const gpu = new FakeGpu(1);
    open(gpu);
    await vi.waitFor(() => expect(gpu.isDisposed).toBe(true));
  });
});

describe('a processor with the choice', () => {
  it('gpu uses the GPU from the first frame on, and rejects when there is none', async () => {
    const cpu = cpuPipeline(10);
    const gpu = new FakeGpu(100);
    const processor = await Processor.create({ cpu, choice: 'gpu', openGpu: async () => gpu });
    expect(new Set(await processFrames(processor, 20))).toEqual(new Set(['gpu']));
    const openGpu = () => Promise.reject(new Error('none'));
    await expect(Processor.create({ cpu, choice: 'gpu', openGpu })).rejects.toThrow('none');
  });

  it('gpu continues with the same frame on the CPU when the GPU fails', async () => {
    const gpu = new FakeGpu(1);
    const processor = await Processor.create({
      cpu: cpuPipeline(10),
      choice: 'gpu',
      openGpu: async () => gpu,
    });
    await processFrames(processor, 3);
    gpu.fails = true;
    expect(await processFrames(processor, 5)).toEqual(['cpu', 'cpu', 'cpu', 'cpu', 'cpu']);
    expect(processor.warnings).toEqual([
      {
        code: 'GPU_FAILED',
        message: 'The GPU failed on this frame: it is gone. From frame 4 on, the CPU was used.',
      },
    ]);
    expect(processor.backend).toBe('cpu');
    expect(gpu.isDisposed).toBe(true);
  });

  it('cpu opens no GPU', async () => {
    const openGpu = vi.fn();
    const processor = await Processor.create({ cpu: cpuPipeline(10), choice: 'cpu', openGpu });
    await processFrames(processor, 400);
    expect(openGpu).not.toHaveBeenCalled();
  });
});
