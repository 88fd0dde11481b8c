import type { Source } from '../messages.js';
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
  connect(track: MediaStreamTrack): Connection;
  /** Gives up everything that is not a connection's. */
  dispose(): void;
}

/** A track and its output. */
export interface Connection {
  /** What comes out. */
  readonly output: MediaStreamTrack;
  /**
   * Makes the ends for a worker: once for the first, and anew for each that takes the place of one that broke down. The
   * ends before are dead then.
   */
  open(): Ends;
  /** Lets the output end: no frame comes any more. A second call does nothing. */
  close(): void;
}

/** What a worker gets for a track. */
export interface Ends {
  readonly source: Source;
  /** Takes the frames that come out, one `VideoFrame` a message. */
  readonly outlet: MessagePort;
  /** What of them is to be transferred. */
  readonly transfer: Transferable[];
}
