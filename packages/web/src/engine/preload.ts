import type { Quality } from '@elsewhere/engine';
import { abortable } from '../errors.js';
import { openStrategy } from '../strategies/detect.js';
import type { Strategy } from '../strategies/strategy.js';
import { EngineClient } from './client.js';
import type { EngineRequest } from './protocol.js';

/** What a `VirtualBackground` works with, from the moment that it begins to load. */
export interface PreloadedEngine {
  readonly worker: EngineClient;
  readonly strategy: Promise<Strategy>;
}

/** Kits that were loaded ahead of time, by what they were asked to load. */
const spares = new Map<string, PreloadedEngine>();

/**
 * Begins to load, or takes what was loaded ahead of time.
 *
 * @throws WebError `WORKER_FAILED` if the browser refuses to start a worker.
 */
export function takeEngine(request: EngineRequest): PreloadedEngine {
  const key = JSON.stringify(request);
  const spare = spares.get(key);
  spares.delete(key);
  return spare ?? startEngine(request);
}

/**
 * Loads a engine ahead of time, unless there is one already.
 *
 * @throws WebError or EngineError that says what could not be loaded.
 */
export async function preloadEngine(
  request: EngineRequest,
  quality: Quality,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key = JSON.stringify(request);
  const engine = spares.get(key) ?? startEngine(request);
  spares.set(key, engine);
  try {
    await abortable(Promise.all([engine.worker.loaded, engine.strategy]), signal);
    await abortable(engine.worker.request({ type: 'warm', quality }), signal);
  } catch (error) {
    // Who took it meanwhile has it.
    if (spares.get(key) === engine) {
      spares.delete(key);
      closeEngine(engine);
    }
    throw error;
  }
}

/** TrackPorts what a engine holds. */
export function closeEngine({ worker, strategy }: PreloadedEngine): void {
  worker.close();
  strategy.then(
    (opened) => opened.dispose(),
    () => {},
  );
}

function startEngine(request: EngineRequest): PreloadedEngine {
  const worker = EngineClient.start(request);
  return { worker, strategy: openStrategy(request.assets) };
}
