import { WebError } from '../errors.js';
import { OutputClient } from '../output/client.js';
import { Pump } from './pump.js';
import type { Strategy } from './strategy.js';
import { WindowStreams } from './window-streams.js';
import { WorkerTrack } from './worker-track.js';

/** What every strategy needs. */
const NEEDED = ['Worker', 'WebAssembly', 'VideoFrame', 'MediaStreamTrack', 'MessageChannel'] as const;

/** Whether there is a way to process tracks here, as far as can be seen from the page. */
export function isSupported(): boolean {
  return NEEDED.every((name) => name in globalThis) && (hasWindowStreams() || hasCanvasTracks());
}

/**
 * Chooses how frames go, by what is there and never by the browser's name.
 *
 * @param assets - The assets folder.
 * @returns A strategy, to be disposed of by the caller.
 * @throws WebError `UNSUPPORTED` if there is no way here, `ASSET_MISSING` or `WORKER_FAILED`.
 */
export async function openStrategy(assets: string): Promise<Strategy> {
  const lacks = NEEDED.find((name) => !(name in globalThis));
  if (lacks) throw new WebError('UNSUPPORTED', `This browser has no ${lacks}.`);
  if (!hasWindowStreams() && !hasCanvasTracks()) {
    throw new WebError('UNSUPPORTED', 'This browser has no way to process the frames of a track.');
  }
  const outputs = await OutputClient.open(assets);
  if (hasWindowStreams()) return new WindowStreams(outputs);
  if (outputs.canGenerate && canTransferTracks()) return WorkerTrack.open(outputs);
  return new Pump(outputs);
}

function hasWindowStreams(): boolean {
  return 'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis;
}

function hasCanvasTracks(): boolean {
  return 'HTMLCanvasElement' in globalThis && 'captureStream' in HTMLCanvasElement.prototype;
}

/** Only trying tells: a track of a canvas is sent from here to here. */
function canTransferTracks(): boolean {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d');
  const [track] = canvas.captureStream(0).getVideoTracks();
  try {
    structuredClone(track, { transfer: [track as unknown as Transferable] })?.stop();
    return true;
  } catch {
    return false;
  }
}
