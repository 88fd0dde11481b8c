import type { PumpMessage } from '../engine/protocol.js';
import { blackFrame } from '../media/frame-source.js';
import type { OutputClient } from '../output/client.js';
import type { CapturedTrack, Strategy, TrackPorts } from './strategy.js';
import { endTrack } from './strategy.js';

/** In a visible page, video frame callbacks report each frame; after so many milliseconds without one, the page is hidden. */
const HIDDEN_AFTER = 150;

/** The assumed frame rate of cameras that do not report theirs. */
const USUAL_FRAME_RATE = 30;

/** In a hidden page, a frame may be taken so much early, as a part of the interval between frames. */
const EARLY = 0.25;

/** A canvas's track; in Firefox, the stream has the method. */
interface FrameRequester {
  requestFrame?(): void;
}

/**
 * For browsers in which neither pages nor workers can read or generate tracks (Firefox): frames are taken from a hidden
 * video, when the worker's timer asks for them, and come out through a canvas. A busy main thread delays them.
 */
export class Pump implements Strategy {
  readonly name = 'pump';
  readonly #outputs: OutputClient;

  /** @param outputs - Owned by the strategy from now on. */
  constructor(outputs: OutputClient) {
    this.#outputs = outputs;
  }

  connect(track: MediaStreamTrack): CapturedTrack {
    return new PumpConnection(this.#outputs, track);
  }

  dispose(): void {
    this.#outputs.dispose();
  }
}

class PumpConnection implements CapturedTrack {
  readonly output: MediaStreamTrack;
  readonly #outputs: OutputClient;
  readonly #id: number;
  readonly #video: VideoOfTrack;
  #port: MessagePort | undefined;

  constructor(outputs: OutputClient, track: MediaStreamTrack) {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('bitmaprenderer');
    const stream = canvas.captureStream(0);
    const [output] = stream.getVideoTracks();
    if (!context || !output) throw new TypeError('A canvas without a track');
    const requester = [output, stream].find(
      (each): each is typeof each & FrameRequester => 'requestFrame' in each,
    );
    this.output = output;
    this.#outputs = outputs;
    this.#id = outputs.paint((image) => {
      // Takes over the bitmap's size, too, and closes it.
      context.transferFromImageBitmap(image);
      requester?.requestFrame?.();
    });
    this.#video = new VideoOfTrack(track);
  }

  open(): TrackPorts {
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = () => {
      const frame = this.#video.takeFrame();
      const message: PumpMessage = { type: 'frame', frame };
      port1.postMessage(message, frame ? [frame] : []);
    };
    const frames = this.#outputs.connect(this.#id);
    return { source: { kind: 'pump', port: port2 }, output: frames, transfer: [port2, frames] };
  }

  close(): void {
    this.#port?.close();
    this.#video.close();
    this.#outputs.close(this.#id);
    endTrack(this.output);
  }
}

/** A hidden video that plays a track. */
class VideoOfTrack {
  readonly #track: MediaStreamTrack;
  readonly #video: HTMLVideoElement;
  #isFresh = false;
  #lastCallback = Number.NEGATIVE_INFINITY;
  #lastTaken = Number.NEGATIVE_INFINITY;

  constructor(track: MediaStreamTrack) {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    this.#track = track;
    this.#video = video;
    // Rejects if it is closed before it plays.
    video.play().catch(() => {});
    this.#listen();
  }

  /** The current frame, with the page's time as its timestamp; `undefined` if there is none that has not been taken yet. */
  takeFrame(): VideoFrame | undefined {
    const now = performance.now();
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !this.#isNew(now)) return undefined;
    this.#isFresh = false;
    this.#lastTaken = now;
    const timestamp = Math.round(now * 1000);
    let frame: VideoFrame;
    try {
      frame = new VideoFrame(this.#video, { timestamp });
    } catch {
      return undefined; // while the video changes its size
    }
    if (frame.codedWidth > 1 || frame.codedHeight > 1) return frame;
    // Firefox shows a single black pixel while a track is disabled.
    frame.close();
    return blackFrame(this.#video.videoWidth, this.#video.videoHeight, timestamp);
  }

  close(): void {
    this.#video.srcObject = null;
  }

  #listen(): void {
    this.#video.requestVideoFrameCallback(() => {
      this.#isFresh = true;
      this.#lastCallback = performance.now();
      if (this.#video.srcObject) this.#listen();
    });
  }

  #isNew(now: number): boolean {
    if (now - this.#lastCallback <= HIDDEN_AFTER) return this.#isFresh;
    const interval = 1000 / (this.#track.getSettings().frameRate || USUAL_FRAME_RATE);
    return now - this.#lastTaken >= (1 - EARLY) * interval;
  }
}
