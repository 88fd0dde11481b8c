import type { Quality } from '@elsewhere/engine';
import { EngineWorker } from './engine-worker.js';
import { abortable } from './errors.js';
import type { EngineRequest } from './messages.js';
import { openStrategy } from './strategies/detect.js';
import type { Strategy } from './strategies/strategy.js';

/** What a `VirtualBackground` works with, from the moment that it begins to load. */
export interface Kit {
  readonly worker: EngineWorker;
  readonly strategy: Promise<Strategy>;
}

/** Kits that were loaded ahead of time, by what they were asked to load. */
const spares = new Map<string, Kit>();

/**
 * Begins to load, or takes what was loaded ahead of time.
 *
 * @throws WebError `WORKER_FAILED` if the browser refuses to start a worker.
 */
export function takeKit(request: EngineRequest): Kit {
  const key = JSON.stringify(request);
  const spare = spares.get(key);
  spares.delete(key);
  return spare ?? startKit(request);
}

/**
 * Loads a kit ahead of time, unless there is one already.
 *
 * @throws WebError or EngineError that says what could not be loaded.
 */
export async function warmKit(
  request: EngineRequest,
  quality: Quality,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key = JSON.stringify(request);
  const kit = spares.get(key) ?? startKit(request);
  spares.set(key, kit);
  try {
    await abortable(Promise.all([kit.worker.loaded, kit.strategy]), signal);
    await abortable(kit.worker.request({ type: 'warm', quality }), signal);
  } catch (error) {
    // Who took it meanwhile has it.
    if (spares.get(key) === kit) {
      spares.delete(key);
      putAway(kit);
    }
    throw error;
  }
}

/** Ends what a kit holds. */
export function putAway({ worker, strategy }: Kit): void {
  worker.close();
  strategy.then(
    (opened) => opened.dispose(),
    () => {},
  );
}

function startKit(request: EngineRequest): Kit {
  const worker = EngineWorker.start(request);
  return { worker, strategy: openStrategy(request.assets) };
}
