import type { PlanarFrame } from '@elsewhere/web/internal';
import { greyFrame } from '../grey-frame.js';
import { fromPlanar, toPlanar } from '../planar.js';
import type { FromPlanes, ToPlanes } from '../protocol.js';
import { type Capture, capture } from './capture.js';
import type { Output } from './output.js';

/** Makes the port to the engine. */
export interface Connector {
  /**
   * @param lost - The hidden frame that does not answer any more; 0 for none.
   * @returns The feed's end of a new channel.
   */
  connect(lost: number): MessagePort;
  /** The hidden frame that answers now. */
  readonly frame: number;
}

/** After so many camera frames without a processed one, the fallback is shown. */
const STALLED_AFTER = 15;

/** After so many camera frames without any message, the hidden frame has gone, or never came. Doubled with each attempt. */
const LOST_AFTER = 90;
const MISSING_AFTER = 300;

/** The attempts to replace a hidden frame are at most so many camera frames apart. */
const MAX_PATIENCE = 9000;

/** The feeds whose cameras are on. */
export const feeds = new Set<Feed>();

/**
 * A camera, the engine that processes its frames, and the tracks that show the result. No frame of the camera gets to a track
 * from here: they are copied to the engine and closed.
 */
export class Feed {
  readonly #connector: Connector;
  readonly #outputs = new Set<Output>();
  #camera: MediaStreamTrack;
  #capture: Capture;
  #events = new AbortController();
  #port: MessagePort;
  #frame = 0;
  /** The memory of a frame that has been shown, for the next one of the camera. */
  #spare: ArrayBuffer | undefined;
  /** A frame is on its way, until the engine takes it: none is copied that would be dropped there. */
  #isSending = false;
  /** Camera frames since the last processed one. */
  #silence = 0;
  /** Camera frames since the last message. */
  #quiet = 0;
  #patience = MISSING_AFTER;
  #fallback: PlanarFrame | undefined;
  /** The size at which the camera's frames are displayed: Chromium scales them for constraints in this way alone. */
  #displaySize = { displayWidth: 0, displayHeight: 0 };

  /**
   * @param camera - The feed's from now on.
   * @param connector - Makes ports.
   */
  constructor(camera: MediaStreamTrack, connector: Connector) {
    this.#connector = connector;
    this.#camera = camera;
    this.#port = this.#connect(0);
    this.#capture = this.#read();
    feeds.add(this);
  }

  /** The camera's track. */
  get camera(): MediaStreamTrack {
    return this.#camera;
  }

  /** Whether more than one track shows this. */
  get isShared(): boolean {
    return this.#outputs.size > 1;
  }

  attach(output: Output): void {
    this.#outputs.add(output);
  }

  /** The last track that is detached turns the camera off. */
  detach(output: Output): void {
    this.#outputs.delete(output);
    if (this.#outputs.size === 0) this.#end();
  }

  /** A feed of its own for one of several tracks. */
  fork(output: Output): Feed {
    const feed = new Feed(this.#camera.clone(), this.#connector);
    feed.attach(output);
    this.detach(output);
    return feed;
  }

  /** Continues with another camera, which is the feed's from now on. */
  switchTo(camera: MediaStreamTrack): void {
    this.#release();
    this.#camera = camera;
    this.#capture = this.#read();
  }

  #connect(lost: number): MessagePort {
    const port = this.#connector.connect(lost);
    port.onmessage = ({ data }: MessageEvent<FromPlanes>) => this.#handle(data);
    return port;
  }

  #read(): Capture {
    this.#events = new AbortController();
    const { signal } = this.#events;
    const camera = this.#camera;
    for (const type of ['mute', 'unmute']) {
      camera.addEventListener(type, () => this.#forward(type), { signal });
    }
    camera.addEventListener('ended', () => this.#endAll(), { signal });
    const reading = capture(camera, (frame) => this.#take(frame));
    if (reading.needsTicks) this.#post({ type: 'ticks' });
    return reading;
  }

  #forward(type: string): void {
    for (const output of this.#outputs) output.track.dispatchEvent(new Event(type));
  }

  #endAll(): void {
    for (const output of this.#outputs) output.end();
    this.#outputs.clear();
    this.#end();
  }

  #end(): void {
    feeds.delete(this);
    this.#release();
    this.#post({ type: 'end' });
  }

  #release(): void {
    this.#events.abort();
    this.#capture.close();
    this.#camera.stop();
  }

  #post(message: ToPlanes, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #handle(message: FromPlanes): void {
    this.#quiet = 0;
    this.#patience = LOST_AFTER;
    this.#frame = this.#connector.frame;
    switch (message.type) {
      case 'taken':
        this.#isSending = false;
        return;
      case 'frame':
        this.#silence = 0;
        if (message.isTaken) this.#isSending = false;
        this.#show(fromPlanar(message.frame, [], this.#displaySize));
        this.#spare = message.frame.data;
        return;
      case 'fallback':
        this.#fallback = message.frame;
        return;
      case 'tick':
        this.#capture.tick();
        return;
    }
  }

  async #take(frame: VideoFrame): Promise<void> {
    try {
      const { displayWidth, displayHeight } = frame;
      this.#displaySize = { displayWidth, displayHeight };
      this.#watch(frame);
      if (this.#isSending) return;
      this.#isSending = true;
      const spare = this.#spare;
      this.#spare = undefined;
      const planar = await toPlanar(frame, spare);
      this.#post({ type: 'frame', frame: planar }, [planar.data]);
    } catch {
      // A frame that cannot be read is missing, and nothing else is shown in its place.
      this.#isSending = false;
    } finally {
      frame.close();
    }
  }

  /** Counts camera frames rather than time: a page that was frozen or busy misses frames and messages alike. */
  #watch({ displayWidth: width, displayHeight: height, timestamp }: VideoFrame): void {
    this.#silence++;
    this.#quiet++;
    if (this.#silence > STALLED_AFTER) {
      this.#isSending = false;
      this.#fallback ??= greyFrame({ width, height, colorSpace: {}, rotation: 0, flip: false });
      this.#show(fromPlanar({ ...this.#fallback, timestamp }, [], this.#displaySize));
    }
    if (this.#quiet > this.#patience) this.#reconnect();
  }

  #reconnect(): void {
    this.#quiet = 0;
    this.#patience = Math.min(2 * this.#patience, MAX_PATIENCE);
    this.#port.close();
    this.#port = this.#connect(this.#frame || this.#connector.frame);
    if (this.#capture.needsTicks) this.#post({ type: 'ticks' });
  }

  /** Shows a frame on all tracks, and closes it. */
  #show(frame: VideoFrame): void {
    for (const output of this.#outputs) output.write(frame.clone());
    frame.close();
  }
}
