import { type Frame, Pipeline, type Statistics } from '@elsewhere/engine';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type GpuBackend, Processor } from '../src/worker/processor.js';

const TIMES = { input: 0, segmentation: 0, matting: 0, background: 0, compositing: 0 };
const STATISTICS: Statistics = { frames: 0, placeholders: 0, resets: 0, milliseconds: TIMES };
const [INPUT, OVER_CPU, OVER_GPU] = [16, 126, 210].map(
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

/** The time that frames take is what these tests say. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

function cpuWay(milliseconds: number): Pipeline {
  const pipeline = Object.create(Pipeline.prototype) as Pipeline;
  return Object.defineProperties(pipeline, {
    statistics: { value: STATISTICS },
    process: {
      value: async () => {
        now += milliseconds;
        return { kind: 'processed', frame: OVER_CPU, error: undefined };
      },
    },
  });
}

class GpuStandIn implements GpuBackend {
  readonly statistics = STATISTICS;
  readonly timestamps: number[] = [];
  isDisposed = false;
  fails = false;
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  async process(_frame: Frame, timestamp: number): Promise<Frame> {
    if (this.fails) throw new Error('The GPU failed on this frame: it is gone.');
    this.timestamps.push(timestamp);
    now += this.#milliseconds;
    return OVER_GPU;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/** Which way each of some frames went. */
async function play(processor: Processor, count: number): Promise<readonly ('cpu' | 'gpu')[]> {
  const ways: ('cpu' | 'gpu')[] = [];
  for (let index = 0; index < count; index++) {
    ways.push((await processor.process(INPUT, index)) === OVER_GPU ? 'gpu' : 'cpu');
  }
  return ways;
}

describe('a processor that is left the choice', () => {
  it('takes the GPU where it is cheaper, after some frames of both', async () => {
    const gpu = new GpuStandIn(2);
    const processor = await Processor.create({ cpu: cpuWay(10), choice: 'auto', openGpu: async () => gpu });
    const ways = await play(processor, 400);
    expect(ways[0]).toBe('cpu');
    expect(ways.at(-1)).toBe('gpu');
    expect(ways.lastIndexOf('cpu')).toBe(ways.indexOf('gpu') - 1);
    expect(processor.backend).toBe('gpu');
    expect(processor.statistics.frames).toBe(400);
    processor.dispose();
    expect(gpu.isDisposed).toBe(true);
  });

  it('leaves the GPU alone where it is dearer, at once where it is hopeless', async () => {
    const tried = async (milliseconds: number) => {
      const gpu = new GpuStandIn(milliseconds);
      const processor = await Processor.create({ cpu: cpuWay(10), choice: 'auto', openGpu: async () => gpu });
      expect(new Set(await play(processor, 400))).toEqual(new Set(['cpu']));
      expect([processor.backend, gpu.isDisposed, processor.warnings]).toEqual(['cpu', true, []]);
      return gpu.timestamps.length;
    };
    expect(await tried(100)).toBeLessThan(await tried(11));
  });

  it('says nothing of a GPU that is not there, or fails while it is tried', async () => {
    const broken = new GpuStandIn(1);
    broken.fails = true;
    const openings: (() => Promise<GpuBackend | undefined>)[] = [
      () => Promise.reject(new Error('none')),
      async () => undefined,
      async () => broken,
    ];
    for (const openGpu of openings) {
      const processor = await Processor.create({ cpu: cpuWay(10), choice: 'auto', openGpu });
      expect(new Set(await play(processor, 400))).toEqual(new Set(['cpu']));
      expect(processor.warnings).toEqual([]);
    }
  });

  it('opens none for a short video', async () => {
    const openGpu = vi.fn();
    const processor = await Processor.create({ cpu: cpuWay(10), choice: 'auto', openGpu });
    await play(processor, 100);
    expect(openGpu).not.toHaveBeenCalled();
  });

  it('closes what is opened too late', async () => {
    let open = (_: GpuBackend) => {};
    const openGpu = () => new Promise<GpuBackend>((resolve) => (open = resolve));
    const processor = await Processor.create({ cpu: cpuWay(10), choice: 'auto', openGpu });
    await play(processor, 300);
    processor.dispose();
    const gpu = new GpuStandIn(1);
    open(gpu);
    await vi.waitFor(() => expect(gpu.isDisposed).toBe(true));
  });
});

describe('a processor that is told', () => {
  it('to use the GPU does so from the first frame on, and rejects where there is none', async () => {
    const cpu = cpuWay(10);
    const gpu = new GpuStandIn(100);
    const processor = await Processor.create({ cpu, choice: 'gpu', openGpu: async () => gpu });
    expect(new Set(await play(processor, 20))).toEqual(new Set(['gpu']));
    const openGpu = () => Promise.reject(new Error('none'));
    await expect(Processor.create({ cpu, choice: 'gpu', openGpu })).rejects.toThrow('none');
  });

  it('to use the GPU goes on with the same frame over the CPU when it fails', async () => {
    const gpu = new GpuStandIn(1);
    const processor = await Processor.create({ cpu: cpuWay(10), choice: 'gpu', openGpu: async () => gpu });
    await play(processor, 3);
    gpu.fails = true;
    expect(await play(processor, 5)).toEqual(['cpu', 'cpu', 'cpu', 'cpu', 'cpu']);
    expect(processor.warnings).toEqual([
      {
        code: 'GPU_FAILED',
        message: 'The GPU failed on this frame: it is gone. From frame 4 on, the CPU was used.',
      },
    ]);
    expect(processor.backend).toBe('cpu');
    expect(gpu.isDisposed).toBe(true);
  });

  it('to use the CPU opens no GPU', async () => {
    const openGpu = vi.fn();
    const processor = await Processor.create({ cpu: cpuWay(10), choice: 'cpu', openGpu });
    await play(processor, 400);
    expect(openGpu).not.toHaveBeenCalled();
  });
});
