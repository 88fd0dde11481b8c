import { WebError } from '../errors.js';
import type { Strategy } from './strategy.js';
import { WindowStreams } from './window-streams.js';

/** What every strategy needs. */
const NEEDED = ['Worker', 'WebAssembly', 'VideoFrame', 'MediaStreamTrack', 'MessageChannel'] as const;

/**
 * Whether there is a way to process tracks here, as far as can be seen from the page.
 *
 * @param scope - The global scope to look at.
 */
export function isSupported(scope: object = globalThis): boolean {
  return NEEDED.every((name) => name in scope) && hasWindowStreams(scope);
}

/**
 * Chooses how frames go, by what is there and never by the browser's name.
 *
 * @param assets - The assets folder.
 * @returns A strategy, to be disposed of by the caller.
 * @throws WebError `UNSUPPORTED` if there is no way here.
 */
export async function openStrategy(assets: string): Promise<Strategy> {
  const lacks = NEEDED.find((name) => !(name in globalThis));
  if (lacks) throw new WebError('UNSUPPORTED', `This browser has no ${lacks}.`);
  if (hasWindowStreams(globalThis)) return WindowStreams.open(assets);
  throw new WebError('UNSUPPORTED', 'This browser has no way to process the frames of a track.');
}

function hasWindowStreams(scope: object): boolean {
  return 'MediaStreamTrackProcessor' in scope && 'MediaStreamTrackGenerator' in scope;
}
