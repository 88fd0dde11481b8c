import { hasStreams } from './capture.js';

/** A track that shows what is written to it. */
export interface Sink {
  readonly track: MediaStreamTrack;
  /** Shows a frame and closes it. */
  write(frame: VideoFrame): void;
  /** Ends the track; unless it was stopped, it fires `ended`. */
  close(): void;
}

/** Makes a sink. */
export function openSink(): Sink {
  return hasStreams ? new GeneratorSink() : new CanvasSink();
}

const { MediaStreamTrackGenerator } = globalThis;

class GeneratorSink implements Sink {
  readonly track: MediaStreamTrack;
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;

  constructor() {
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    // A clone is a plain track as the camera's is, without the generator's `writable`.
    this.track = generator.clone();
    this.#writer = generator.writable.getWriter();
    this.#writer.closed.catch(() => {});
  }

  write(frame: VideoFrame): void {
    // The stream closes what it has taken, also where it fails.
    if ((this.#writer.desiredSize ?? 0) > 0) this.#writer.write(frame).catch(() => frame.close());
    else frame.close();
  }

  close(): void {
    this.#writer.close().catch(() => {});
  }
}

/** Firefox: a canvas and its track. */
class CanvasSink implements Sink {
  readonly track: MediaStreamTrack;
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d');
  readonly #stream: MediaStream & { requestFrame?(): void };

  constructor() {
    this.#stream = this.#canvas.captureStream(0);
    const [track] = this.#stream.getVideoTracks();
    if (!track) throw new TypeError('A canvas without a track');
    this.track = track;
  }

  write(frame: VideoFrame): void {
    const { displayWidth, displayHeight } = frame;
    if (this.#canvas.width !== displayWidth) this.#canvas.width = displayWidth;
    if (this.#canvas.height !== displayHeight) this.#canvas.height = displayHeight;
    this.#context?.drawImage(frame, 0, 0, displayWidth, displayHeight);
    frame.close();
    this.#stream.requestFrame?.();
    (this.track as CanvasCaptureMediaStreamTrack).requestFrame?.();
  }

  close(): void {
    if (this.track.readyState === 'ended') return;
    this.track.stop();
    this.track.dispatchEvent(new Event('ended'));
  }
}
