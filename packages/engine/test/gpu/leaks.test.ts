import { beforeAll, describe, expect, it } from 'vitest';
import { createGpuBackend } from '../../src/backend/gpu.js';
import { PlanesSink } from '../../src/gpu/sink.js';
import { type Background, type Frame, Pipeline, type PipelineSettings } from '../../src/index.js';
import { range, shoot } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { describeOnGpu } from './support/device.js';
import { ScriptedSegmenter } from './support/scripted-segmenter.js';
import { WatchedDevice } from './support/watched-device.js';
import { FRAME_TIME, PICTURE, VIDEO } from './support/ways.js';

const PLACE: Background = { type: 'image', source: PICTURE };

/** Frames until every kernel has run and is bound: the region is known after a few, textures take turns, and the region moves. */
const FIRST = 24;

describeOnGpu('the pipeline on the GPU', (bench) => {
  let watched: WatchedDevice;
  let frames: readonly Frame[];
  let smaller: readonly Frame[];

  beforeAll(async () => {
    watched = new WatchedDevice(bench.device);
    const moments = range(4).map((i) => 5 * i);
    frames = (await shoot({ width: 96, height: 54 }, moments)).map(({ frame }) => frame);
    smaller = (await shoot({ width: 80, height: 45 }, moments)).map(({ frame }) => frame);
  });

  async function create(settings: Partial<PipelineSettings>, background: Background) {
    const { device } = watched;
    const before = watched.living;
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
      expect(watched.living).toBe(before);
    };
    return { pipeline, show, dispose };
  }

  /** What was made of late. */
  function made() {
    const [buffers, textures, groups, pipelines] = [
      watched.calls('createBuffer'),
      watched.calls('createTexture'),
      watched.calls('createBindGroup'),
      watched.calls('createComputePipelineAsync'),
    ];
    return { buffers, textures, groups, pipelines };
  }

  describe('makes nothing for a frame', () => {
    it.each<[name: string, settings: Partial<PipelineSettings>, background: Background, looks: number]>([
      ['low', { quality: 'low' }, PLACE, 1],
      ['blur', { quality: 'low' }, { type: 'blur' }, 1],
      ['bokeh', { quality: 'low' }, { type: 'bokeh' }, 1],
      ['a video', { quality: 'low', colorMatch: 1, lightWrap: 1 }, { type: 'video', source: VIDEO }, 1],
      ['soft edges, zoom, following', { quality: 'low', edgeSoftness: 1, zoom: 1.2, follow: true }, PLACE, 1],
      ['regions', { quality: 'medium' }, PLACE, 1],
      ['all of both networks', { quality: 'highest' }, PLACE, 2],
    ])('but the bind group of what the network gave: %s', async (_, settings, background, looks) => {
      const { show, dispose } = await create(settings, background);
      await show(FIRST);
      made();
      await show(30);
      // Surveys of the whole frame, from time to time, are looked at, too.
      const surveys = settings.quality === 'low' ? 0 : 4;
      const { groups, ...rest } = made();
      expect(rest).toEqual({ buffers: 0, textures: 0, pipelines: 0 });
      expect(groups).toBeLessThanOrEqual(30 * looks + surveys);
      dispose();
    });

    it('in sixty frames', async () => {
      const { show, dispose } = await create({ quality: 'low' }, { type: 'blur' });
      await show(FIRST);
      const { living } = watched;
      await show(60);
      expect(watched.living).toBe(living);
      dispose();
    });
  });

  it('destroys what it replaces', async () => {
    const { pipeline, show, dispose } = await create({ quality: 'low' }, PLACE);
    await show(3);
    const { living } = watched;
    const places: readonly Background[] = [
      { type: 'blur' },
      { type: 'bokeh' },
      { type: 'video', source: VIDEO },
    ];
    for (const background of [...places, { type: 'color', color: 'red' } as const, PLACE]) {
      pipeline.setBackground(background);
      await show(2);
    }
    expect(watched.living).toBe(living);
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
    expect(watched.living).toBe(living);
    dispose();
  });
});
