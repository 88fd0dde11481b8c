import { beforeAll, describe, expect, it } from 'vitest';
import { createGpuBackend } from '../../src/backend/gpu.js';
import { PlanesSink } from '../../src/gpu/sink.js';
import { type Background, type Frame, Pipeline, type PipelineSettings } from '../../src/index.js';
import { range, shoot } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { FRAME_TIME, IMAGE, VIDEO } from './support/both-backends.js';
import { describeOnGpu } from './support/device.js';
import { InstrumentedDevice } from './support/instrumented-device.js';
import { ScriptedSegmenter } from './support/scripted-segmenter.js';

const IMAGE_BACKGROUND: Background = { type: 'image', source: IMAGE };

/**
 * Frames until every kernel has run and is bound: the region is known after a few, textures alternate, and the region moves.
 */
const FIRST = 24;

describeOnGpu('the pipeline on the GPU', (bench) => {
  let instrumented: InstrumentedDevice;
  let frames: readonly Frame[];
  let smaller: readonly Frame[];

  beforeAll(async () => {
    instrumented = new InstrumentedDevice(bench.device);
    const moments = range(4).map((i) => 5 * i);
    frames = (await shoot({ width: 96, height: 54 }, moments)).map(({ frame }) => frame);
    smaller = (await shoot({ width: 80, height: 45 }, moments)).map(({ frame }) => frame);
  });

  async function create(settings: Partial<PipelineSettings>, background: Background) {
    const { device } = instrumented;
    const before = instrumented.living;
    const sink = new PlanesSink(device, 'I420');
    const backend = createGpuBackend({
      device,
      kernels: kernelModule,
      segmenter: new ScriptedSegmenter(device),
      closeSegmenter: new ScriptedSegmenter(device, 40, 40),
      sink,
    });
    const pipeline = await Pipeline.create({ backend, background, ...settings });
    let count = 0;
    const show = async (times: number, some = frames) => {
      for (let i = 0; i < times; i++) {
        const frame = some[count % some.length];
        if (frame) await pipeline.process(frame, ++count * FRAME_TIME);
      }
    };
    const dispose = () => {
      pipeline.dispose();
      sink.dispose();
      expect(instrumented.living).toBe(before);
    };
    return { pipeline, show, dispose };
  }

  /** What has been created since the previous call. */
  function created() {
    const [buffers, textures, groups, pipelines] = [
      instrumented.calls('createBuffer'),
      instrumented.calls('createTexture'),
      instrumented.calls('createBindGroup'),
      instrumented.calls('createComputePipelineAsync'),
    ];
    return { buffers, textures, groups, pipelines };
  }

  describe('creates nothing per frame', () => {
    it.each<[name: string, settings: Partial<PipelineSettings>, background: Background]>([
      ['low', { quality: 'low' }, IMAGE_BACKGROUND],
      ['blur', { quality: 'low' }, { type: 'blur' }],
      ['bokeh', { quality: 'low' }, { type: 'bokeh' }],
      ['a video', { quality: 'low', colorMatch: 1, lightWrap: 1 }, { type: 'video', source: VIDEO }],
      [
        'soft edges, zoom, auto-framing',
        { quality: 'low', edgeSoftness: 1, zoom: 1.2, follow: true },
        IMAGE_BACKGROUND,
      ],
      ['a region of interest', { quality: 'medium' }, IMAGE_BACKGROUND],
      ['both networks in every frame', { quality: 'highest' }, IMAGE_BACKGROUND],
    ])('%s', async (_, settings, background) => {
      const { show, dispose } = await create(settings, background);
      await show(FIRST);
      const { living } = instrumented;
      created();
      await show(30);
      expect(created()).toEqual({ buffers: 0, textures: 0, groups: 0, pipelines: 0 });
      expect(instrumented.living).toBe(living);
      dispose();
    });
  });

  it('destroys what it replaces', async () => {
    const { pipeline, show, dispose } = await create({ quality: 'low' }, IMAGE_BACKGROUND);
    await show(3);
    const { living } = instrumented;
    const backgrounds: readonly Background[] = [
      { type: 'blur' },
      { type: 'bokeh' },
      { type: 'video', source: VIDEO },
    ];
    for (const background of [...backgrounds, { type: 'color', color: 'red' } as const, IMAGE_BACKGROUND]) {
      pipeline.setBackground(background);
      await show(2);
    }
    expect(instrumented.living).toBe(living);
    const changes: readonly Partial<PipelineSettings>[] = [
      { edgeSoftness: 0.5 },
      { maxSize: { width: 64, height: 64 } },
      { quality: 'highest' },
      { quality: 'high' },
      { mirror: true },
    ];
    for (const settings of changes) {
      pipeline.setOptions(settings);
      await show(2);
    }
    pipeline.setOptions({ edgeSoftness: 0, maxSize: undefined, quality: 'low', mirror: false });
    await show(2, smaller);
    await show(3);
    expect(instrumented.living).toBe(living);
    dispose();
  });
});
