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
import { describeOnGpu } from './support/device.js';
import { ScriptedSegmenter } from './support/scripted-segmenter.js';
import { WatchedDevice } from './support/watched-device.js';
import { FRAME_TIME } from './support/ways.js';

/** Takes planes, and counts what it took and what it was told to throw away. */
class WatchedSink implements GpuSink<Promise<Frame>> {
  taken = 0;
  discarded = 0;
  readonly #sink: PlanesSink;

  constructor(device: GPUDevice) {
    this.#sink = new PlanesSink(device, 'I420A');
  }

  prepare(shape: FrameShape): void {
    this.#sink.prepare(shape);
  }

  encode(commands: Commands, picture: FrameTexture): void {
    this.#sink.encode(commands, picture);
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

/** A pipeline on a device on which things go wrong. */
class Rig {
  readonly watched: WatchedDevice;
  readonly segmenter: ScriptedSegmenter;
  readonly sink: WatchedSink;
  readonly pipeline: Pipeline<GpuFrame, Frame>;
  readonly #before: number;
  #timestamp = 0;

  private constructor(
    watched: WatchedDevice,
    before: number,
    segmenter: ScriptedSegmenter,
    pipeline: Pipeline<GpuFrame, Frame>,
    sink: WatchedSink,
  ) {
    this.watched = watched;
    this.#before = before;
    this.segmenter = segmenter;
    this.pipeline = pipeline;
    this.sink = sink;
  }

  static async create(watched: WatchedDevice, options: RigOptions = {}): Promise<Rig> {
    const { device, living } = watched;
    const segmenter = new ScriptedSegmenter(device);
    const sink = new WatchedSink(device);
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
    return new Rig(watched, living, segmenter, pipeline, sink);
  }

  /** A frame goes through. */
  async show(): Promise<void> {
    const { width, height, alpha } = pixelsOf(await this.process());
    expect([width, height]).toEqual([frame.width, frame.height]);
    expect(Math.max(...(alpha ?? []))).toBe(255);
  }

  /** A frame does not go through, and nothing of it. Returns why. */
  async fail(code: 'GPU_FAILED' | 'DISPOSED' = 'GPU_FAILED'): Promise<string> {
    const { taken, discarded } = this.sink;
    const error = await this.process().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof EngineError)) throw new Error('No error of ours', { cause: error });
    expect(error.code).toBe(code);
    expect(this.sink.discarded - discarded).toBe(this.sink.taken - taken);
    return error.message;
  }

  async process(): Promise<Frame> {
    this.#timestamp += FRAME_TIME;
    return (await this.pipeline.process(frame, this.#timestamp)).frame;
  }

  /** Everything is given back, also where it is done twice. */
  dispose(): void {
    this.pipeline.dispose();
    this.pipeline.dispose();
    this.sink.dispose();
    expect(this.segmenter.disposals).toBe(1);
    expect(this.watched.living).toBe(this.#before);
  }
}

let frame: Frame;

describeOnGpu('the pipeline on the GPU fails closed', (bench) => {
  /** Where it goes on after a failure. */
  let device: GPUDevice;
  let watched: WatchedDevice;

  beforeAll(async () => {
    device = await bench.open();
    watched = new WatchedDevice(device);
    ({ frame } = only(await shoot({ width: 96, height: 54 }, [20])));
  });

  describe('where the device is lost', () => {
    it('before the first frame', async () => {
      const rig = await Rig.create(new WatchedDevice(await bench.open()));
      rig.watched.device.destroy();
      await rig.fail();
      await rig.fail();
      rig.dispose();
    });

    it('between two frames', async () => {
      const rig = await Rig.create(new WatchedDevice(await bench.open()));
      await rig.show();
      rig.watched.device.destroy();
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
      const rig = await Rig.create(new WatchedDevice(await bench.open()));
      await rig.show();
      rig.watched.trap('submit', number, (go, args) => {
        if (when === 'before') rig.watched.device.destroy();
        go(...args);
        if (when === 'after') rig.watched.device.destroy();
      });
      await rig.fail();
      expect(rig.watched.release()).toBe(true);
      await rig.fail();
      rig.dispose();
    });

    it('while the network runs', async () => {
      const rig = await Rig.create(new WatchedDevice(await bench.open()));
      await rig.show();
      rig.segmenter.behaviour = async () => {
        rig.watched.device.destroy();
        return rig.segmenter.output;
      };
      await rig.fail();
      rig.dispose();
    });
  });

  describe('and goes on where the device lives', () => {
    it.each(['createBuffer', 'createTexture', 'createBindGroup', 'createCommandEncoder'] as const)(
      'when any %s throws',
      async (method) => {
        const rig = await Rig.create(watched);
        await rig.show();
        rig.pipeline.setOptions({ maxSize: { width: 200, height: 200 } }); // everything is made anew
        let number = 0;
        for (; number < 400; number++) {
          rig.watched.trap(method, number, () => {
            throw new RangeError('No more');
          });
          const isOver = await rig.process().then(
            () => true,
            (error) => {
              expect(error).toMatchObject({ code: 'GPU_FAILED' });
              return false;
            },
          );
          if (!rig.watched.release() || isOver) break;
        }
        expect(number).toBeGreaterThan(1);
        expect(rig.sink.taken - rig.sink.discarded).toBe(2);
        await rig.show();
        rig.pipeline.dispose(); // what a stage made before it threw goes when it is collected
      },
    );

    it.each(range(14).map((i) => i * 8))('when buffer %i does not fit into its memory', async (number) => {
      const rig = await Rig.create(watched);
      rig.watched.trap('createBuffer', number, (go, [like]) => go({ ...(like as object), size: 2 ** 40 }));
      const outcome = rig.process();
      await outcome.catch(() => {});
      if (rig.watched.release()) await expect(outcome).rejects.toMatchObject({ code: 'GPU_FAILED' });
      await rig.show();
      rig.dispose();
    });

    it.each([0, 15, 30])('when pipeline %i cannot be made', async (number) => {
      // Makes all pipelines anew; the device behind it need not compile them again.
      const rig = await Rig.create(new WatchedDevice(device));
      const { living } = rig.watched;
      let shader = '';
      rig.watched.trap('createComputePipelineAsync', number, (go, [like]) => {
        const { compute, ...rest } = like as GPUComputePipelineDescriptor;
        [shader = ''] = rest.label?.split(' ') ?? [];
        return go({ ...rest, compute: { ...compute, entryPoint: 'nothing' } });
      });
      const message = await rig.fail();
      expect(message).toContain(`The shader '${shader}' does not compile on this GPU: `);
      expect(rig.watched.release()).toBe(true);
      expect(rig.sink.taken).toBe(0);
      rig.sink.dispose();
      expect(rig.watched.living).toBe(living);
      await rig.show();
      rig.dispose();
    });

    it('when a shader of another background cannot be made', async () => {
      const rig = await Rig.create(new WatchedDevice(device));
      await rig.show();
      rig.watched.trap('createShaderModule', 0, (go, [like]) => go({ ...(like as object), code: 'no WGSL' }));
      rig.pipeline.setBackground({ type: 'bokeh' });
      expect(rig.watched.release()).toBe(true);
      expect(await rig.fail()).toMatch(/'background\/gpu\/\w+' does not compile on this GPU: .*no WGSL/s);
      rig.pipeline.setBackground({ type: 'transparent' });
      await rig.show();
      rig.dispose();
    });

    it.each([0, 1])('when something else in submit %i is wrong', async (number) => {
      const rig = await Rig.create(watched);
      await rig.show();
      rig.watched.trap('submit', number, (go, args) => {
        const encoder = rig.watched.device.createCommandEncoder();
        encoder.copyBufferToBuffer(rig.segmenter.output, 0, rig.segmenter.output, 2, 3);
        go([encoder.finish()]);
        go(...args);
      });
      await rig.fail();
      await rig.show();
      rig.dispose();
    });
  });

  describe('where the network', () => {
    it.each<[what: string, behaviour: (rig: Rig) => Promise<GPUBuffer>]>([
      ['throws', async () => Promise.reject(new Error('No'))],
      [
        'gives a buffer that is gone',
        async ({ watched }) => {
          const buffer = watched.device.createBuffer({ size: 64 * 36 * 4, usage: 128 });
          buffer.destroy();
          return buffer;
        },
      ],
    ])('%s', async (_, behaviour) => {
      const rig = await Rig.create(watched);
      await rig.show();
      rig.segmenter.behaviour = () => behaviour(rig);
      await rig.fail();
      await rig.fail();
      expect(rig.segmenter.held).toBe(0);
      rig.segmenter.behaviour = undefined;
      await rig.show();
      rig.dispose();
    });

    it('gives no numbers: nobody is shown until it is known', async () => {
      const rig = await Rig.create(watched);
      await rig.show();
      rig.pipeline.reset();
      rig.segmenter.find(() => Number.NaN, watched.device);
      let failures = 0;
      for (let i = 0; i < 4; i++) {
        const shown = await rig.process().catch(() => undefined);
        if (shown) expect(Math.max(...(pixelsOf(shown).alpha ?? [255]))).toBe(0);
        else failures++;
      }
      expect(failures).toBeGreaterThan(0);
      rig.segmenter.find(() => 1, watched.device);
      for (let i = 0; i < 3; i++) await rig.process().catch(() => {});
      await rig.show();
      rig.dispose();
    });

    it('that is only asked for its opinion gives no numbers', async () => {
      const rig = await Rig.create(watched, { quality: 'highest' });
      for (let i = 0; i < 6; i++) await rig.show();
      rig.segmenter.find(() => Number.NaN, watched.device);
      let failures = 0;
      for (let i = 0; i < 3; i++) await rig.process().catch(() => failures++);
      expect(failures).toBeGreaterThan(0);
      rig.dispose();
    });

    it('never comes back: until it is disposed of', async () => {
      const rig = await Rig.create(watched);
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

    it('comes back after it was disposed of', async () => {
      let errors = 0;
      watched.device.addEventListener('uncapturederror', () => errors++);
      const rig = await Rig.create(watched, { quality: 'highest' });
      await rig.show();
      const { output } = rig.segmenter;
      rig.segmenter.behaviour = async () => {
        rig.dispose();
        return output;
      };
      await rig.fail('DISPOSED');
      await watched.device.queue.onSubmittedWorkDone();
      expect(errors).toBe(0); // others work on the device, too
    });
  });

  describe('while it compiles', () => {
    /** Begins a frame of which a pipeline is compiled only when told. */
    async function begin() {
      const rig = await Rig.create(new WatchedDevice(device));
      let finish = () => {};
      const isAllowed = new Promise<void>((resolve) => {
        finish = resolve;
      });
      rig.watched.trap('createComputePipelineAsync', 7, async (go, args) => {
        const pipeline = await go(...args);
        await isAllowed;
        return pipeline;
      });
      return { rig, finish };
    }

    it('encodes nothing', async () => {
      const { rig, finish } = await begin();
      const shown = rig.show();
      await device.queue.onSubmittedWorkDone();
      expect(rig.watched.calls('createCommandEncoder')).toBe(0);
      finish();
      await shown;
      rig.dispose();
    });

    it('may be disposed of', async () => {
      const { rig, finish } = await begin();
      const failing = rig.fail('DISPOSED');
      rig.dispose();
      await failing;
      finish();
      await ShaderCompiler.of(rig.watched.device).compiled();
      await device.queue.onSubmittedWorkDone();
      expect(rig.watched.calls('createBindGroup')).toBe(0);
      expect(DeviceHealth.of(rig.watched.device).errors).toBe(0);
    });

    it('takes another background, for the next frame', async () => {
      const { rig, finish } = await begin();
      const process = rig.process();
      rig.pipeline.setBackground({ type: 'color', color: 'black' });
      finish();
      expect(Math.min(...(pixelsOf(await process).alpha ?? []))).toBe(0);
      expect(Math.min(...(pixelsOf(await rig.process()).alpha ?? []))).toBe(255);
      rig.dispose();
    });

    it('loses the device', async () => {
      const rig = await Rig.create(new WatchedDevice(await bench.open()));
      rig.watched.trap('createComputePipelineAsync', 7, (go, args) => {
        const compiling = go(...args);
        rig.watched.device.destroy();
        return compiling;
      });
      await rig.fail();
      expect(rig.watched.release()).toBe(true);
      await rig.fail();
      rig.dispose();
    });
  });

  it('and takes another background in the middle of a frame', async () => {
    const rig = await Rig.create(watched);
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
