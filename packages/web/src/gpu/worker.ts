import {
  type Background,
  CLOSE_MODEL,
  DEFAULT_MODEL,
  EngineError,
  Pipeline,
  type PipelineSettings,
} from '@elsewhere/engine';
import { createGpuBackend, type GpuFrame, type GpuSegmenter, openDevice } from '@elsewhere/engine/gpu';
import { createGpuSegmenter, ShaderCompiler, serializeError } from '@elsewhere/engine/internal';
import { ASSETS } from '../assets.js';
import {
  type OpenBackground,
  openBackground,
  type SharedBackground,
  stillBackground,
} from '../media/background.js';
import { compileAsset, fetchModel, loadLiteRtModule, loadVideoModule } from '../media/fetch.js';
import { shapeOf } from '../media/frame-reader.js';
import { greyFrame } from '../media/frame-writer.js';
import { CanvasSink } from './canvas-sink.js';
import type { FromGpu, ToGpu } from './protocol.js';

/**
 * Everything on the GPU. It has a worker of its own, because opening it takes its time, and frames are processed on the CPU
 * meanwhile.
 */
interface Setup {
  readonly device: GPUDevice;
  readonly pipeline: Pipeline<GpuFrame, VideoFrame>;
  readonly sink: CanvasSink;
}

let assets = '';
let setup: Setup | undefined;
let current: OpenBackground = stillBackground({ type: 'blur' });
/** Settings that wait for the next frame: the pipeline accepts them between two frames only. */
let settings: Partial<PipelineSettings> | undefined;
/** The id of the latest background: earlier ones that are still being opened are dropped. */
let lastBackground = 0;

self.onmessage = ({ data }: MessageEvent<ToGpu>) => {
  void handleMessage(data).catch((error: unknown) => post({ type: 'failed', error: serializeError(error) }));
};

async function handleMessage(message: ToGpu): Promise<void> {
  switch (message.type) {
    case 'open':
      assets = message.assets;
      setup = await open();
      // Another background may have been set while everything was being compiled.
      setup.pipeline.setBackground(current.background);
      void setup.device.lost.then(({ message: reason }) => {
        const lost = new EngineError('GPU_FAILED', `The GPU was lost: ${reason}`);
        post({ type: 'failed', error: serializeError(lost) });
      });
      post({ type: 'ready' });
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

function post(message: FromGpu, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function open(): Promise<Setup> {
  // First of all: without a GPU, this fails at once.
  const device = await openDevice(navigator.gpu);
  if (!('importExternalTexture' in device)) {
    throw new EngineError('GPU_UNAVAILABLE', 'This browser cannot import camera frames into WebGPU.');
  }
  const [kernels, segmenter, closeSegmenter] = await Promise.all([
    compileAsset(assets + ASSETS.kernels),
    openNetwork(device, DEFAULT_MODEL),
    openNetwork(device, CLOSE_MODEL),
  ]);
  const { background } = current;
  const sink = new CanvasSink(device, navigator.gpu);
  const backend = createGpuBackend({ device, kernels, segmenter, closeSegmenter, sink });
  const made = { device, pipeline: await Pipeline.create({ backend, background, quality: 'high' }), sink };
  await warm(made);
  return made;
}

/** LiteRT is fetched only for what the engine cannot run itself. */
async function openNetwork(device: GPUDevice, name: string): Promise<GpuSegmenter> {
  const file = await fetchModel(assets, name);
  return createGpuSegmenter({ device, ...file }, async () => {
    const litert = await loadLiteRtModule(assets);
    return litert.createGpuSegmenter(assets, device, file);
  });
}

/** Processes a frame, so that everything is compiled, and nothing in the queue, when the first real one arrives. */
async function warm({ device, pipeline, sink }: Setup): Promise<void> {
  sink.next({ timestamp: 0, duration: null }, false);
  (await pipeline.process(greyFrame(64, 36), 0)).frame.close();
  await device.queue.onSubmittedWorkDone();
  pipeline.reset();
}

async function show(id: number, shared: SharedBackground): Promise<void> {
  lastBackground = id;
  let opened: OpenBackground;
  try {
    opened =
      shared.type === 'video'
        ? await openBackground(shared, () => loadVideoModule(assets))
        : stillBackground(shared);
  } catch (error) {
    // A background that has been replaced meanwhile is no failure.
    if (id !== lastBackground) return;
    throw error;
  }
  if (id !== lastBackground) {
    opened.dispose();
    return;
  }
  setup?.pipeline.setBackground(opened.background);
  current.dispose();
  current = opened;
  // Frames are processed on the CPU until what the background needs is compiled.
  if (setup) await ShaderCompiler.of(setup.device).compiled();
  if (id === lastBackground) post({ type: 'shown', id });
}

async function process(frame: VideoFrame): Promise<void> {
  const begin = performance.now();
  try {
    if (!setup) throw new EngineError('GPU_FAILED', 'The GPU is not open yet.');
    const { device, pipeline, sink } = setup;
    if (settings) pipeline.setOptions(settings);
    settings = undefined;
    sink.next(frame, hasAlpha(current.background));
    const external: GpuFrame = {
      ...shapeOf(frame),
      // Read when all shaders are compiled: a texture expires with the task in which it was imported.
      get texture() {
        return device.importExternalTexture({ source: frame });
      },
    };
    const { frame: output } = await pipeline.process(external, frame.timestamp);
    post({ type: 'output', output }, [output]);
    await device.queue.onSubmittedWorkDone();
    const { milliseconds } = pipeline.statistics;
    post({ type: 'done', took: performance.now() - begin, milliseconds });
  } finally {
    frame.close();
  }
}

function hasAlpha({ type }: Background): boolean {
  return type === 'transparent';
}
