import type { OutputClient } from '../output/client.js';
import type { CapturedTrack, Strategy, TrackPorts } from './strategy.js';
import { endTrack } from './strategy.js';

/**
 * Chromium: processor and generator are made in the page, and their streams are transferred to the workers. The page's main
 * thread touches no frame.
 */
export class WindowStreams implements Strategy {
  readonly name = 'window-streams';
  readonly #outputs: OutputClient;

  /** @param outputs - Owned by the strategy from now on. */
  constructor(outputs: OutputClient) {
    this.#outputs = outputs;
  }

  connect(track: MediaStreamTrack): CapturedTrack {
    return new StreamConnection(this.#outputs, track as MediaStreamVideoTrack);
  }

  dispose(): void {
    this.#outputs.dispose();
  }
}

class StreamConnection implements CapturedTrack {
  readonly output: MediaStreamTrack;
  readonly #outputs: OutputClient;
  readonly #track: MediaStreamVideoTrack;
  readonly #id: number;

  constructor(outputs: OutputClient, track: MediaStreamVideoTrack) {
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    this.output = generator;
    this.#outputs = outputs;
    this.#track = track;
    this.#id = outputs.write(generator.writable);
  }

  open(): TrackPorts {
    // A buffer of one frame: the one that waits is always the latest.
    const { readable } = new MediaStreamTrackProcessor({ track: this.#track, maxBufferSize: 1 });
    const frames = this.#outputs.connect(this.#id);
    return { source: { kind: 'stream', readable }, output: frames, transfer: [readable, frames] };
  }

  close(): void {
    this.#outputs.close(this.#id);
    endTrack(this.output);
  }
}
