import type { Quality } from '@elsewhere/engine';
import { assertBackground, serializeError } from '@elsewhere/engine/internal';
import { WebError } from '../errors.js';
import { type OpenBackground, openBackground, stillBackground } from '../media/background.js';
import { loadVideoModule } from '../media/fetch.js';
import { type FrameSource, openSource } from '../media/frame-source.js';
import { greyFrame } from '../media/frame-writer.js';
import { PlanesChannel } from '../media/planes-channel.js';
import { DEFAULT_OPTIONS } from '../options.js';
import { type FrameSink, OutputPort } from '../output/frame-sink.js';
import { type Engine, type LoadedPipeline, loadEngine } from './load.js';
import type { EngineRequest, FromEngine, SentBackground, Source, ToEngine } from './protocol.js';
import { type LiveSettings, Session } from './session.js';

/** How often statistics are posted, in milliseconds. */
const REPORT_INTERVAL = 1000;

const settings: LiveSettings = { options: DEFAULT_OPTIONS, paused: false };
const sessions = new Map<number, { readonly session: Session; readonly engine: LoadedPipeline }>();
/** Sessions whose pipeline is being made; an id is removed if the session is stopped meanwhile. */
const starting = new Set<number>();
let engine: Engine | undefined;
/** Made ahead of time, or left by a track that has ended, so that the next track need not wait. */
let spare: Promise<LoadedPipeline> | undefined;
let current: OpenBackground = stillBackground({ type: 'blur' });
/** Backgrounds that are not shown yet, by their requests; `undefined` while they are being opened. */
const opened = new Map<number, OpenBackground | undefined>();
let assets = '';

self.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  switch (data.type) {
    case 'load':
      void answer(data.id, load(data.request));
      return;
    case 'background':
      void answer(data.id, open(data.id, data.background));
      return;
    case 'show':
      void answer(data.id, show(data.background));
      return;
    case 'discard':
      discard(data.background);
      return;
    case 'warm':
      void answer(data.id, warm(data.quality));
      return;
    case 'options':
      settings.options = data.options;
      return;
    case 'pause':
      settings.paused = data.paused;
      return;
    case 'start':
      void start(data.session, data.source, data.output);
      return;
    case 'stop':
      void stop(data.session);
      return;
    case 'close':
      void close();
      return;
  }
};

self.addEventListener('unhandledrejection', ({ reason }) => {
  post({ type: 'failed', error: serializeError(reason) });
});

async function answer(id: number, work: Promise<void>): Promise<void> {
  try {
    await work;
    post({ type: 'answer', id, error: undefined });
  } catch (error) {
    post({ type: 'answer', id, error: serializeError(error) });
  }
}

function post(message: FromEngine): void {
  self.postMessage(message);
}

async function load(request: EngineRequest): Promise<void> {
  assets = request.assets;
  engine = await loadEngine(request);
  const first = engine.createPipeline();
  spare = first;
  await first.catch((error: unknown) => {
    spare = undefined;
    throw error;
  });
  setInterval(report, REPORT_INTERVAL);
}

/** Processes a frame, so that everything is compiled and allocated when the first real one arrives. */
async function warm(quality: Quality): Promise<void> {
  const made = spare;
  const loaded = await made;
  await loaded?.closer?.prepare();
  // A track may have taken it meanwhile: from then on the track's options apply.
  if (!loaded || spare !== made) return;
  spare = processGrey(loaded, quality);
  await spare;
}

async function processGrey(loaded: LoadedPipeline, quality: Quality): Promise<LoadedPipeline> {
  const { pipeline } = loaded;
  pipeline.setOptions({ quality });
  await pipeline.process(greyFrame(1280, 720), 0);
  pipeline.reset();
  return loaded;
}

function report(): void {
  for (const { session } of sessions.values()) session.check();
  post({
    type: 'statistics',
    sessions: Array.from(sessions, ([number, { session }]) => [number, session.statistics]),
  });
}

async function open(id: number, sent: SentBackground): Promise<void> {
  opened.set(id, undefined);
  const ready = await openBackground(sent, () => loadVideoModule(assets));
  assertBackground(ready.background);
  if (opened.has(id)) opened.set(id, ready);
  else ready.dispose();
}

async function show(id: number): Promise<void> {
  const next = opened.get(id);
  opened.delete(id);
  if (!next) return;
  const changes = Array.from(sessions.values(), ({ session }) => session.setBackground(next));
  current.dispose();
  current = next;
  await Promise.all(changes);
}

function discard(id: number): void {
  opened.get(id)?.dispose();
  opened.delete(id);
}

async function start(id: number, source: Source, output: MessagePort): Promise<void> {
  const [frames, sink] = openEnds(source, output);
  starting.add(id);
  const pipeline = await takePipeline().catch((error: unknown) => {
    post({ type: 'failed', error: serializeError(error) });
  });
  if (!pipeline || !starting.delete(id)) {
    frames.stop();
    sink.end();
    if (pipeline) keep(pipeline);
    return;
  }
  const session = new Session(frames, sink, pipeline, current, settings, {
    health: (health, error) =>
      post({ type: 'health', session: id, health, error: error && serializeError(error) }),
    ended: () => post({ type: 'ended', session: id }),
    failed: (error) => post({ type: 'failed', error: serializeError(error) }),
    error: (error) => post({ type: 'error', error: serializeError(error) }),
  });
  sessions.set(id, { session, engine: pipeline });
  session.start();
}

/** Where the frames of a session come from, and where they go. */
function openEnds(source: Source, output: MessagePort): readonly [FrameSource, FrameSink] {
  if (source.kind === 'planes') {
    const channel = new PlanesChannel(source.port, output);
    return [channel, channel];
  }
  return [openSource(source), new OutputPort(output, source.kind === 'pump')];
}

async function stop(id: number): Promise<void> {
  starting.delete(id);
  const ended = sessions.get(id);
  if (!ended) return;
  sessions.delete(id);
  await ended.session.stop();
  keep(ended.engine);
}

function keep(pipeline: LoadedPipeline): void {
  if (spare) {
    dispose(pipeline);
    return;
  }
  pipeline.pipeline.reset();
  pipeline.gpu.reset();
  spare = Promise.resolve(pipeline);
}

async function takePipeline(): Promise<LoadedPipeline> {
  if (!engine) throw new WebError('WORKER_FAILED', 'The worker has not been loaded.');
  const taken = spare ?? engine.createPipeline();
  spare = undefined;
  return taken;
}

async function close(): Promise<void> {
  starting.clear();
  await Promise.all(Array.from(sessions.keys(), stop));
  current.dispose();
  const left = await spare;
  if (left) dispose(left);
  post({ type: 'closed' });
}

function dispose({ pipeline, gpu }: LoadedPipeline): void {
  pipeline.dispose();
  gpu.dispose();
}
