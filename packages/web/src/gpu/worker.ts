import {
  type Background,
  CLOSE_MODEL,
  DEFAULT_MODEL,
  EngineError,
  type PipelineSettings,
} from '@elsewhere/engine';
import { createLiteRtGpuSegmenter, GpuPipeline, openDevice } from '@elsewhere/engine/gpu';
import { serializeError } from '@elsewhere/engine/internal';
import { ASSETS } from '../assets.js';
import {
  type OpenBackground,
  openBackground,
  type SharedBackground,
  stillBackground,
} from '../media/background.js';
import { compileAsset, fetchModel, loadVideoModule } from '../media/fetch.js';
import { shapeOf } from '../media/frame-reader.js';
import { greyFrame } from '../media/frame-writer.js';
import { loadLiteRtInWorker } from '../media/litert.js';
import { CanvasSink } from './canvas-sink.js';
import type { FromGpu, ToGpu } from './protocol.js';

/** A worker of its own: to compile for the GPU takes its time, and frames go the other way meanwhile. */
interface Setup {
  readonly device: GPUDevice;
  readonly pipeline: GpuPipeline;
  readonly sink: CanvasSink;
}

let assets = '';
let setup: Setup | undefined;
let current: OpenBackground = stillBackground({ type: 'blur' });
/** Those that the pipeline has not been told yet: it takes them between two frames only. */
let settings: Partial<PipelineSettings> | undefined;
/** Counts the backgrounds that were asked for: the latest one wins. */
let lastBackground = 0;

self.onmessage = ({ data }: MessageEvent<ToGpu>) => {
  void answer(data).catch((error: unknown) => tell({ type: 'failed', error: serializeError(error) }));
};

async function answer(message: ToGpu): Promise<void> {
  switch (message.type) {
    case 'open':
      assets = message.assets;
      setup = await open();
      // Another one may have been chosen while it was being compiled.
      setup.pipeline.setBackground(current.background);
      void setup.device.lost.then(({ message: reason }) => {
        const lost = new EngineError('GPU_FAILED', `The GPU was lost: ${reason}`);
        tell({ type: 'failed', error: serializeError(lost) });
      });
      tell({ type: 'ready' });
      return;
    case 'background':
      await show(message.id, message.background);
      return;
    case 'options':
      settings = message.settings;
      return;
    case 'frame':
      await process(message.frame);
      return;
    case 'reset':
      setup?.pipeline.reset();
      return;
  }
}

function tell(message: FromGpu, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function open(): Promise<Setup> {
  // First of all: most machines that have none say so at once.
  const device = await openDevice(navigator.gpu);
  if (!('importExternalTexture' in device)) {
    throw new EngineError('GPU_UNAVAILABLE', 'This browser does not give camera frames to the GPU.');
  }
  const [runtime, kernels, landscape, square] = await Promise.all([
    loadLiteRtInWorker(assets),
    compileAsset(assets + ASSETS.kernels),
    fetchModel(assets, DEFAULT_MODEL),
    fetchModel(assets, CLOSE_MODEL),
  ]);
  const segmenter = await createLiteRtGpuSegmenter({ runtime, device, ...landscape });
  const closeSegmenter = await createLiteRtGpuSegmenter({ runtime, device, ...square });
  const { background } = current;
  const pipeline = await GpuPipeline.create({ device, kernels, segmenter, closeSegmenter, background });
  const made = { device, pipeline, sink: new CanvasSink(device, navigator.gpu) };
  await warm(made);
  return made;
}

/** Runs everything once, so that the first frame finds it compiled. */
async function warm({ pipeline, sink }: Setup): Promise<void> {
  sink.next({ timestamp: 0, duration: null }, false);
  (await pipeline.process(greyFrame(64, 36), 0, sink)).close();
  pipeline.reset();
}

async function show(id: number, shared: SharedBackground): Promise<void> {
  lastBackground = id;
  let ready: OpenBackground;
  try {
    ready =
      shared.type === 'video'
        ? await openBackground(shared, () => loadVideoModule(assets))
        : stillBackground(shared);
  } catch (error) {
    // One that is not wanted any more ends nothing.
    if (id !== lastBackground) return;
    throw error;
  }
  if (id !== lastBackground) {
    ready.dispose();
    return;
  }
  setup?.pipeline.setBackground(ready.background);
  current.dispose();
  current = ready;
  // Frames go the other way until what it needs has been compiled.
  await setup?.device.queue.onSubmittedWorkDone();
  tell({ type: 'shown', id });
}

async function process(frame: VideoFrame): Promise<void> {
  const begin = performance.now();
  try {
    if (!setup) throw new EngineError('GPU_FAILED', 'There is no device yet.');
    const { device, pipeline, sink } = setup;
    if (settings) pipeline.setOptions(settings);
    settings = undefined;
    sink.next(frame, hasAlpha(current.background));
    const texture = device.importExternalTexture({ source: frame });
    const picture = await pipeline.process({ ...shapeOf(frame), texture }, frame.timestamp, sink);
    tell({ type: 'picture', picture }, [picture]);
    await device.queue.onSubmittedWorkDone();
    const { milliseconds } = pipeline.statistics;
    tell({ type: 'done', took: performance.now() - begin, milliseconds });
  } finally {
    frame.close();
  }
}

function hasAlpha({ type }: Background): boolean {
  return type === 'transparent';
}
