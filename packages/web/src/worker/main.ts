import { assertBackground, type Background, type Pipeline } from '@elsewhere/engine';
import { sendError, WebError } from '../errors.js';
import type { EngineRequest, FromWorker, SentBackground, Source, ToWorker } from '../messages.js';
import { DEFAULT_OPTIONS } from '../options.js';
import { openBackground } from './background.js';
import { openSource } from './frame-source.js';
import { type Engine, loadEngine } from './load.js';
import { Session, type Settings } from './session.js';

/** How often figures are told, in milliseconds. */
const REPORT_INTERVAL = 1000;

const settings: Settings = { options: DEFAULT_OPTIONS, paused: false };
const sessions = new Map<number, { readonly session: Session; readonly pipeline: Pipeline }>();
/** Those that are being prepared; taken out where they are stopped meanwhile. */
const starting = new Set<number>();
let engine: Engine | undefined;
/** Made ahead of time, so that the next track need not wait. */
let spare: Promise<Pipeline> | undefined;
let background: Background = { type: 'blur' };
/** Those that were asked for and not shown yet; undefined while they are being opened. */
const opened = new Map<number, Background | undefined>();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'load':
      void answer(data.id, load(data.request));
      return;
    case 'background':
      void answer(data.id, open(data.id, data.background));
      return;
    case 'show':
      show(data.background);
      return;
    case 'discard':
      opened.delete(data.background);
      return;
    case 'options':
      settings.options = data.options;
      return;
    case 'pause':
      settings.paused = data.paused;
      return;
    case 'start':
      void start(data.session, data.source, data.outlet);
      return;
    case 'stop':
      stop(data.session);
      return;
    case 'close':
      void close();
      return;
  }
};

self.addEventListener('unhandledrejection', ({ reason }) => {
  tell({ type: 'broken', error: sendError(reason) });
});

async function answer(id: number, work: Promise<void>): Promise<void> {
  try {
    await work;
    tell({ type: 'answer', id, error: undefined });
  } catch (error) {
    tell({ type: 'answer', id, error: sendError(error) });
  }
}

function tell(message: FromWorker): void {
  self.postMessage(message);
}

async function load(request: EngineRequest): Promise<void> {
  engine = await loadEngine(request);
  spare = engine.createPipeline();
  await spare;
  setInterval(report, REPORT_INTERVAL);
}

function report(): void {
  tell({
    type: 'statistics',
    sessions: Array.from(sessions, ([number, { session }]) => [number, session.statistics]),
  });
}

async function open(id: number, sent: SentBackground): Promise<void> {
  opened.set(id, undefined);
  const ready = await openBackground(sent);
  assertBackground(ready);
  if (opened.has(id)) opened.set(id, ready);
}

function show(id: number): void {
  background = opened.get(id) ?? background;
  opened.delete(id);
  for (const { pipeline } of sessions.values()) pipeline.setBackground(background);
}

async function start(number: number, source: Source, outlet: MessagePort): Promise<void> {
  const frames = openSource(source);
  starting.add(number);
  let pipeline: Pipeline;
  try {
    pipeline = await takePipeline();
  } catch (error) {
    frames.stop();
    outlet.close();
    tell({ type: 'broken', error: sendError(error) });
    return;
  }
  if (!starting.delete(number)) {
    frames.stop();
    outlet.close();
    giveBack(pipeline);
    return;
  }
  pipeline.setBackground(background);
  const session = new Session(frames, outlet, pipeline, settings, {
    health: (health, error) =>
      tell({ type: 'health', session: number, health, error: error && sendError(error) }),
    ended: () => tell({ type: 'ended', session: number }),
    broken: (error) => tell({ type: 'broken', error: sendError(error) }),
  });
  sessions.set(number, { session, pipeline });
  session.start();
}

function stop(number: number): void {
  starting.delete(number);
  const { session, pipeline } = sessions.get(number) ?? {};
  sessions.delete(number);
  session?.stop();
  if (pipeline) giveBack(pipeline);
}

async function takePipeline(): Promise<Pipeline> {
  if (!engine) throw new WebError('WORKER_FAILED', 'The worker has not been loaded.');
  const pipeline = spare ?? engine.createPipeline();
  spare = undefined;
  return pipeline;
}

/** Keeps one for the next track. */
function giveBack(pipeline: Pipeline): void {
  pipeline.dispose();
}

async function close(): Promise<void> {
  for (const number of [...sessions.keys()]) stop(number);
  starting.clear();
  (await spare)?.dispose();
  tell({ type: 'closed' });
}
