import { endTrack } from './end-track.js';
import type { Outlet } from './outlet.js';
import type { Connection, Ends, Strategy } from './strategy.js';

/**
 * Chromium: processor and generator are made in the page, their streams go to the workers. The page's own thread sees no
 * frame.
 */
export class WindowStreams implements Strategy {
  readonly name = 'window-streams';
  readonly #outlet: Outlet;

  /** @param outlet - The strategy's from now on. */
  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  connect(track: MediaStreamTrack): Connection {
    return new StreamConnection(this.#outlet, track as MediaStreamVideoTrack);
  }

  dispose(): void {
    this.#outlet.dispose();
  }
}

class StreamConnection implements Connection {
  readonly output: MediaStreamTrack;
  readonly #outlet: Outlet;
  readonly #track: MediaStreamVideoTrack;
  readonly #id: number;

  constructor(outlet: Outlet, track: MediaStreamVideoTrack) {
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    this.output = generator;
    this.#outlet = outlet;
    this.#track = track;
    this.#id = outlet.write(generator.writable);
  }

  open(): Ends {
    // One frame: what waits is always the newest.
    const { readable } = new MediaStreamTrackProcessor({ track: this.#track, maxBufferSize: 1 });
    const outlet = this.#outlet.connect(this.#id);
    return { source: { kind: 'stream', readable }, outlet, transfer: [readable, outlet] };
  }

  close(): void {
    this.#outlet.close(this.#id);
    endTrack(this.output);
  }
}
