import type { Source } from '../engine/protocol.js';
import type { StrategyName } from '../statistics.js';

/**
 * How frames of tracks get into the engine's worker and out again, in one kind of browser: its capture and its output.
 */
export interface Strategy {
  /** As in the statistics. */
  readonly name: StrategyName;
  /**
   * Makes the output of a track, at once.
   *
   * @param track - A live video track, which stays the caller's.
   */
  connect(track: MediaStreamTrack): CapturedTrack;
  /** Frees what does not belong to a {@link CapturedTrack}. */
  dispose(): void;
}

/** A track whose frames can be processed, and its output. */
export interface CapturedTrack {
  /** The processed track. */
  readonly output: MediaStreamTrack;
  /**
   * Makes the ports for an engine's worker: once for the first one, and again for each that replaces a failed one, whose
   * ports are of no use then.
   */
  open(): TrackPorts;
  /** Ends the output. Further calls do nothing. */
  close(): void;
}

/** What an engine's worker gets for a track. */
export interface TrackPorts {
  readonly source: Source;
  /** To the output worker; see `OutputMessage`. */
  readonly output: MessagePort;
  /** The parts of `source` and `output` that have to be transferred. */
  readonly transfer: Transferable[];
}

/** Ends an output track like a camera's track: unlike `stop()` alone, this fires `ended`. */
export function endTrack(output: MediaStreamTrack): void {
  if (output.readyState === 'ended') return;
  output.stop();
  output.dispatchEvent(new Event('ended'));
}
