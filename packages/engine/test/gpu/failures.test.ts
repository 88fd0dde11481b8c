import { beforeAll, describe, expect, it } from 'vitest';
import { createGpuBackend, type GpuFrame } from '../../src/backend/gpu.js';
import type { Commands } from '../../src/gpu/commands.js';
import { ShaderCompiler } from '../../src/gpu/compiler.js';
import { DeviceHealth } from '../../src/gpu/health.js';
import type { FrameTexture } from '../../src/gpu/memory.js';
import { type GpuSink, PlanesSink } from '../../src/gpu/sink.js';
import {
  type Background,
  EngineError,
  type Frame,
  type FrameShape,
  Pipeline,
  type PipelineSettings,
} from '../../src/index.js';
import { only, pixelsOf, range, shoot } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { FRAME_TIME } from './support/both-backends.js';
import { describeOnGpu } from './support/device.js';
import { InstrumentedDevice } from './support/instrumented-device.js';
import { ScriptedSegmenter } from './support/scripted-segmenter.js';

/** Reads planes back, and counts taken and discarded outputs. */
class CountingSink implements GpuSink<Promise<Frame>> {
  taken = 0;
  discarded = 0;
  readonly #sink: PlanesSink;

  constructor(device: GPUDevice) {
    this.#sink = new PlanesSink(device, 'I420A');
  }

  prepare(shape: FrameShape): void {
    this.#sink.prepare(shape);
  }

  encode(commands: Commands, output: FrameTexture): void {
    this.#sink.encode(commands, output);
  }

  take(): Promise<Frame> {
    this.taken++;
    return this.#sink.take();
  }

  discard(): void {
    this.discarded++;
    this.#sink.discard();
  }

  dispose(): void {
    this.#sink.dispose();
  }
}

type RigOptions = Partial<PipelineSettings> & { readonly background?: Background };

/** A pipeline on a device on which faults are injected. */
class Rig {
  readonly instrumented: InstrumentedDevice;
  readonly segmenter: ScriptedSegmenter;
  readonly sink: CountingSink;
  readonly pipeline: Pipeline<GpuFrame, Frame>;
  readonly #before: number;
  #timestamp = 0;

  private constructor(
    instrumented: InstrumentedDevice,
    before: number,
    segmenter: ScriptedSegmenter,
    pipeline: Pipeline<GpuFrame, Frame>,
    sink: CountingSink,
  ) {
    this.instrumented = instrumented;
    this.#before = before;
    this.segmenter = segmenter;
    this.pipeline = pipeline;
    this.sink = sink;
  }

  static async create(instrumented: InstrumentedDevice, options: RigOptions = {}): Promise<Rig> {
    const { device, living } = instrumented;
    const segmenter = new ScriptedSegmenter(device);
    const sink = new CountingSink(device);
    const backend = createGpuBackend({
      device,
      kernels: kernelModule,
      segmenter,
      closeSegmenter: new ScriptedSegmenter(device, 40, 40),
      sink,
    });
    const pipeline = await Pipeline.create({
      backend,
      background: { type: 'transparent' },
      quality: 'low',
      ...options,
    });
    return new Rig(instrumented, living, segmenter, pipeline, sink);
  }

  /** Processes a frame, which must succeed. */
  async show(): Promise<void> {
    const { width, height, alpha } = pixelsOf(await this.process());
    expect([width, height]).toEqual([frame.width, frame.height]);
    expect(Math.max(...(alpha ?? []))).toBe(255);
  }

  /** Processes a frame, which must fail without any output. Returns the message. */
  async fail(code: 'GPU_FAILED' | 'DISPOSED' = 'GPU_FAILED'): Promise<string> {
    const { taken, discarded } = this.sink;
    const error = await this.process().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof EngineError)) throw new Error('Not an EngineError', { cause: error });
    expect(error.code).toBe(code);
    expect(this.sink.discarded - discarded).toBe(this.sink.taken - taken);
    return error.message;
  }

  async process(): Promise<Frame> {
    this.#timestamp += FRAME_TIME;
    return (await this.pipeline.process(frame, this.#timestamp)).frame;
  }

  /** Disposes of everything, twice. All resources must be freed. */
  dispose(): void {
    this.pipeline.dispose();
    this.pipeline.dispose();
    this.sink.dispose();
    expect(this.segmenter.disposals).toBe(1);
    expect(this.instrumented.living).toBe(this.#before);
  }
}

let frame: Frame;

describeOnGpu('the pipeline on the GPU fails closed', (bench) => {
  /** The device of tests in which the pipeline continues after a failure. */
  let device: GPUDevice;
  let instrumented: InstrumentedDevice;

  beforeAll(async () => {
    device = await bench.open();
    instrumented = new InstrumentedDevice(device);
    ({ frame } = only(await shoot({ width: 96, height: 54 }, [20])));
  });

  describe('when the device is lost', () => {
    it('before the first frame', async () => {
      const rig = await Rig.create(new InstrumentedDevice(await bench.open()));
      rig.instrumented.device.destroy();
      await rig.fail();
      await rig.fail();
      rig.dispose();
    });

    it('between two frames', async () => {
      const rig = await Rig.create(new InstrumentedDevice(await bench.open()));
      await rig.show();
      rig.instrumented.device.destroy();
      await rig.fail();
      await rig.fail();
      rig.dispose();
    });

    it.each([
      ['before', 0],
      ['after', 0],
      ['before', 1],
      ['after', 1],
    ] as const)('%s submit %i of a frame', async (when, number) => {
      const rig = await Rig.create(new InstrumentedDevice(await bench.open()));
      await rig.show();
      rig.instrumented.intercept('submit', number, (go, args) => {
        if (when === 'before') rig.instrumented.device.destroy();
        go(...args);
        if (when === 'after') rig.instrumented.device.destroy();
      });
      await rig.fail();
      expect(rig.instrumented.release()).toBe(true);
      await rig.fail();
      rig.dispose();
    });

    it('while the network runs', async () => {
      const rig = await Rig.create(new InstrumentedDevice(await bench.open()));
      await rig.show();
      rig.segmenter.behaviour = async () => {
        rig.instrumented.device.destroy();
        return rig.segmenter.output;
      };
      await rig.fail();
      rig.dispose();
    });
  });

  describe('and continues if the device is not lost', () => {
    it.each(['createBuffer', 'createTexture', 'createBindGroup', 'createCommandEncoder'] as const)(
      'when any %s throws',
      async (method) => {
        const rig = await Rig.create(instrumented);
        await rig.show();
        rig.pipeline.setOptions({ maxSize: { width: 200, height: 200 } }); // everything is created anew
        let number = 0;
        for (; number < 400; number++) {
          rig.instrumented.intercept(method, number, () => {
            throw new RangeError('No more');
          });
          const isOver = await rig.process().then(
            () => true,
            (error) => {
              expect(error).toMatchObject({ code: 'GPU_FAILED' });
              return false;
            },
          );
          if (!rig.instrumented.release() || isOver) break;
        }
        expect(number).toBeGreaterThan(1);
        expect(rig.sink.taken - rig.sink.discarded).toBe(2);
        await rig.show();
        rig.pipeline.dispose(); // what a stage created before it threw is freed by garbage collection
      },
    );

    it.each(range(14).map((i) => i * 8))('when buffer %i is larger than the memory', async (number) => {
      const rig = await Rig.create(instrumented);
      rig.instrumented.intercept('createBuffer', number, (go, [like]) =>
        go({ ...(like as object), size: 2 ** 40 }),
      );
      const outcome = rig.process();
      await outcome.catch(() => {});
      if (rig.instrumented.release()) await expect(outcome).rejects.toMatchObject({ code: 'GPU_FAILED' });
      await rig.show();
      rig.dispose();
    });

    it.each([0, 15, 30])('when pipeline %i cannot be created', async (number) => {
      // Creates all pipelines anew; the underlying device has compiled them already.
      const rig = await Rig.create(new InstrumentedDevice(device));
      const { living } = rig.instrumented;
      let shader = '';
      rig.instrumented.intercept('createComputePipelineAsync', number, (go, [like]) => {
        const { compute, ...rest } = like as GPUComputePipelineDescriptor;
        [shader = ''] = rest.label?.split(' ') ?? [];
        return go({ ...rest, compute: { ...compute, entryPoint: 'nothing' } });
      });
      const message = await rig.fail();
      expect(message).toContain(`The shader '${shader}' does not compile on this GPU: `);
      expect(rig.instrumented.release()).toBe(true);
      expect(rig.sink.taken).toBe(0);
      rig.sink.dispose();
      expect(rig.instrumented.living).toBe(living);
      await rig.show();
      rig.dispose();
    });

    it('when a shader of another background cannot be created', async () => {
      const rig = await Rig.create(new InstrumentedDevice(device));
      await rig.show();
      rig.instrumented.intercept('createShaderModule', 0, (go, [like]) =>
        go({ ...(like as object), code: 'no WGSL' }),
      );
      rig.pipeline.setBackground({ type: 'bokeh' });
      expect(rig.instrumented.release()).toBe(true);
      expect(await rig.fail()).toMatch(/'background\/gpu\/\w+' does not compile on this GPU: .*no WGSL/s);
      rig.pipeline.setBackground({ type: 'transparent' });
      await rig.show();
      rig.dispose();
    });

    it.each([0, 1])('when another command in submit %i is invalid', async (number) => {
      const rig = await Rig.create(instrumented);
      await rig.show();
      rig.instrumented.intercept('submit', number, (go, args) => {
        const encoder = rig.instrumented.device.createCommandEncoder();
        encoder.copyBufferToBuffer(rig.segmenter.output, 0, rig.segmenter.output, 2, 3);
        go([encoder.finish()]);
        go(...args);
      });
      await rig.fail();
      await rig.show();
      rig.dispose();
    });
  });

  describe('when the network', () => {
    it.each<[what: string, behaviour: (rig: Rig) => Promise<GPUBuffer>]>([
      ['throws', async () => Promise.reject(new Error('No'))],
      [
        'returns a destroyed buffer',
        async ({ instrumented }) => {
          const buffer = instrumented.device.createBuffer({ size: 64 * 36 * 4, usage: 128 });
          buffer.destroy();
          return buffer;
        },
      ],
    ])('%s', async (_, behaviour) => {
      const rig = await Rig.create(instrumented);
      await rig.show();
      rig.segmenter.behaviour = () => behaviour(rig);
      await rig.fail();
      await rig.fail();
      expect(rig.segmenter.held).toBe(0);
      rig.segmenter.behaviour = undefined;
      await rig.show();
      rig.dispose();
    });

    it.each([Number.NaN, 1e30, -5, 1.7])(
      'returns %d, and the matte is empty until the failure is known',
      async (value) => {
        const rig = await Rig.create(instrumented);
        await rig.show();
        rig.pipeline.reset();
        rig.segmenter.find(() => value, instrumented.device);
        let failures = 0;
        for (let i = 0; i < 4; i++) {
          const shown = await rig.process().catch(() => undefined);
          if (shown) expect(Math.max(...(pixelsOf(shown).alpha ?? [255]))).toBe(0);
          else failures++;
        }
        expect(failures).toBeGreaterThan(0);
        rig.segmenter.find(() => 1, instrumented.device);
        for (let i = 0; i < 3; i++) await rig.process().catch(() => {});
        await rig.show();
        rig.dispose();
      },
    );

    it.each([Number.NaN, 1e30])('returns %d in a frame that another network leads', async (value) => {
      const rig = await Rig.create(instrumented, { quality: 'highest' });
      for (let i = 0; i < 6; i++) await rig.show();
      rig.segmenter.find(() => value, instrumented.device);
      let failures = 0;
      for (let i = 0; i < 3; i++) await rig.process().catch(() => failures++);
      expect(failures).toBeGreaterThan(0);
      rig.dispose();
    });

    it('does not return before the pipeline is disposed of', async () => {
      const rig = await Rig.create(instrumented);
      await rig.show();
      let failing: Promise<string> | undefined;
      await new Promise<void>((begun) => {
        rig.segmenter.behaviour = () => {
          begun();
          return new Promise(() => {});
        };
        failing = rig.fail('DISPOSED');
      });
      rig.dispose();
      await failing;
    });

    it('returns after the pipeline is disposed of', async () => {
      let errors = 0;
      instrumented.device.addEventListener('uncapturederror', () => errors++);
      const rig = await Rig.create(instrumented, { quality: 'highest' });
      await rig.show();
      const { output } = rig.segmenter;
      rig.segmenter.behaviour = async () => {
        rig.dispose();
        return output;
      };
      await rig.fail('DISPOSED');
      await instrumented.device.queue.onSubmittedWorkDone();
      expect(errors).toBe(0); // others use the device as well
    });
  });

  describe('while shaders are compiled', () => {
    /** Starts a frame for which the test finishes the compilation of one pipeline. */
    async function begin() {
      const rig = await Rig.create(new InstrumentedDevice(device));
      let finish = () => {};
      const isAllowed = new Promise<void>((resolve) => {
        finish = resolve;
      });
      rig.instrumented.intercept('createComputePipelineAsync', 7, async (go, args) => {
        const pipeline = await go(...args);
        await isAllowed;
        return pipeline;
      });
      return { rig, finish };
    }

    it('and encodes nothing', async () => {
      const { rig, finish } = await begin();
      const shown = rig.show();
      await device.queue.onSubmittedWorkDone();
      expect(rig.instrumented.calls('createCommandEncoder')).toBe(0);
      finish();
      await shown;
      rig.dispose();
    });

    it('and can be disposed of', async () => {
      const { rig, finish } = await begin();
      const failing = rig.fail('DISPOSED');
      rig.dispose();
      await failing;
      finish();
      await ShaderCompiler.of(rig.instrumented.device).compiled();
      await device.queue.onSubmittedWorkDone();
      expect(rig.instrumented.calls('createBindGroup')).toBe(0);
      expect(DeviceHealth.of(rig.instrumented.device).errors).toBe(0);
    });

    it('and takes another background for the next frame', async () => {
      const { rig, finish } = await begin();
      const process = rig.process();
      rig.pipeline.setBackground({ type: 'color', color: 'black' });
      finish();
      expect(Math.min(...(pixelsOf(await process).alpha ?? []))).toBe(0);
      expect(Math.min(...(pixelsOf(await rig.process()).alpha ?? []))).toBe(255);
      rig.dispose();
    });

    it('and the device is lost', async () => {
      const rig = await Rig.create(new InstrumentedDevice(await bench.open()));
      rig.instrumented.intercept('createComputePipelineAsync', 7, (go, args) => {
        const compiling = go(...args);
        rig.instrumented.device.destroy();
        return compiling;
      });
      await rig.fail();
      expect(rig.instrumented.release()).toBe(true);
      await rig.fail();
      rig.dispose();
    });
  });

  it('and accepts another background while a frame is in flight', async () => {
    const rig = await Rig.create(instrumented);
    await rig.show();
    const { output } = rig.segmenter;
    rig.segmenter.behaviour = async () => {
      rig.pipeline.setBackground({ type: 'transparent' });
      return output;
    };
    await rig.show();
    await rig.show();
    rig.dispose();
  });
});
