import type { Source } from '../engine/protocol.js';
import type { StrategyName } from '../statistics.js';

/**
 * How frames of tracks get into the worker and back, in one kind of browser. Each has a static `open(assets)` that resolves
 * when tracks can be connected.
 */
export interface Strategy {
  /** Which one it is. */
  readonly name: StrategyName;
  /**
   * Makes the output of a track, at once.
   *
   * @param track - The live video track to be processed. It stays the caller's.
   */
  connect(track: MediaStreamTrack): CapturedTrack;
  /** Gives up everything that is not a connection's. */
  dispose(): void;
}

/** A track and its output. */
export interface CapturedTrack {
  /** What comes out. */
  readonly output: MediaStreamTrack;
  /**
   * Makes the ends for a worker: once for the first, and anew for each that takes the place of one that broke down. The
   * ends before are dead then.
   */
  open(): TrackPorts;
  /** Lets the output end: no frame comes any more. A second call does nothing. */
  close(): void;
}

/** What a worker gets for a track. */
export interface TrackPorts {
  readonly source: Source;
  /** Takes the frames that come out, one `VideoFrame` a message. */
  readonly output: MessagePort;
  /** What of them is to be transferred. */
  readonly transfer: Transferable[];
}

/** Ends an output track like a camera's track: unlike `stop()` alone, this fires `ended`. */
export function endTrack(output: MediaStreamTrack): void {
  if (output.readyState === 'ended') return;
  output.stop();
  output.dispatchEvent(new Event('ended'));
}
