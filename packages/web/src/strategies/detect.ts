import { WebError } from '../errors.js';
import { OutputClient } from '../output/client.js';
import { Pump } from './pump.js';
import type { Strategy } from './strategy.js';
import { WindowStreams } from './window-streams.js';
import { WorkerTrack } from './worker-track.js';

/** What every strategy needs. */
const NEEDED = ['Worker', 'WebAssembly', 'VideoFrame', 'MediaStreamTrack', 'MessageChannel'] as const;

/** Whether tracks can be processed in this browser, as far as the page can see. */
export function isSupported(): boolean {
  return !findMissing();
}

/** What this browser lacks, if anything. */
function findMissing(): string | undefined {
  const missing = NEEDED.find((name) => !(name in globalThis));
  if (missing || hasWindowStreams() || hasCanvasTracks()) return missing;
  return 'way to process the frames of a track';
}

/**
 * Chooses a strategy by what the browser has, never by the browser's name.
 *
 * @param assets - The assets folder.
 * @returns A strategy, to be disposed of by the caller.
 * @throws WebError `UNSUPPORTED`, `ASSET_MISSING` or `WORKER_FAILED`.
 */
export async function openStrategy(assets: string): Promise<Strategy> {
  const missing = findMissing();
  if (missing) throw new WebError('UNSUPPORTED', `This browser has no ${missing}.`);
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

/** Tries it by transferring a canvas's track within this thread, because no API reports it. */
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
