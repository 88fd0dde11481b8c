import { WebError } from './errors.js';

/**
 * Starts a worker of the assets folder. Classic, because LiteRT's script needs `importScripts`, which module workers lack.
 *
 * @throws WebError `WORKER_FAILED` if the browser refuses.
 */
export function startWorker(url: string): Worker {
  try {
    return new Worker(url);
  } catch (cause) {
    throw new WebError(
      'WORKER_FAILED',
      `The browser refuses to start a worker from ${url}: the assets folder must be of the page's own origin, and worker-src of its policy must allow it.`,
      { cause },
    );
  }
}

/** The error for a worker's first `error` event: its script is missing, forbidden or throws. */
export function startError(url: string, event: ErrorEvent): WebError {
  if (event.message) {
    return new WebError('WORKER_FAILED', `${url} cannot be run as a worker: ${event.message}`);
  }
  return new WebError(
    'ASSET_MISSING',
    `There is no worker at ${url}, or the page's policy (worker-src) forbids it. Copy the assets with 'npx elsewhere-assets FOLDER' and say where they are served: { assets: '/FOLDER/' }.`,
  );
}
