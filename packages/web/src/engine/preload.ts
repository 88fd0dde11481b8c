import type { Quality } from '@elsewhere/engine';
import { abortable } from '../errors.js';
import { openStrategy } from '../strategies/detect.js';
import type { Strategy } from '../strategies/strategy.js';
import { EngineClient } from './client.js';
import type { EngineRequest } from './protocol.js';

/** What a `VirtualBackground` works with. It may still be loading. */
export interface PreloadedEngine {
  readonly client: EngineClient;
  readonly strategy: Promise<Strategy>;
}

/** Engines that were preloaded and not taken yet, by their requests. */
const preloaded = new Map<string, PreloadedEngine>();

/**
 * Takes the engine that was preloaded for a request, or begins to load one.
 *
 * @throws WebError `WORKER_FAILED` if the browser refuses to start a worker.
 */
export function takeEngine(request: EngineRequest): PreloadedEngine {
  const key = JSON.stringify(request);
  const engine = preloaded.get(key);
  preloaded.delete(key);
  return engine ?? startEngine(request);
}

/**
 * Preloads an engine, unless there is one for the request already.
 *
 * @throws WebError or EngineError that says what could not be loaded; the signal's reason.
 */
export async function preloadEngine(
  request: EngineRequest,
  quality: Quality,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key = JSON.stringify(request);
  const engine = preloaded.get(key) ?? startEngine(request);
  preloaded.set(key, engine);
  try {
    await abortable(Promise.all([engine.client.loaded, engine.strategy]), signal);
    await abortable(engine.client.request({ type: 'warm', quality }), signal);
  } catch (error) {
    // If it has been taken meanwhile, it belongs to a VirtualBackground.
    if (preloaded.get(key) === engine) {
      preloaded.delete(key);
      closeEngine(engine);
    }
    throw error;
  }
}

/** Closes an engine. */
export function closeEngine({ client, strategy }: PreloadedEngine): void {
  client.close();
  strategy.then(
    (opened) => opened.dispose(),
    () => {},
  );
}

function startEngine(request: EngineRequest): PreloadedEngine {
  return { client: EngineClient.start(request), strategy: openStrategy(request.assets) };
}
