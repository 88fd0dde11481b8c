/** Reads the frames of a camera. */
export interface Capture {
  /** Whether the page has to be told when it is time to look for a frame. */
  readonly needsTicks: boolean;
  /** Looks for a frame. */
  tick(): void;
  /** Stops reading. */
  close(): void;
}

/** Takes a frame and closes it. The next one is read when it is done. */
type Taker = (frame: VideoFrame) => Promise<void>;

const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = globalThis;

/**
 * Whether this browser has processors and generators in pages (Chromium). Some builds of Firefox have the processor alone,
 * as a shim.
 */
export const hasStreams = Boolean(MediaStreamTrackProcessor && MediaStreamTrackGenerator);

/** Starts to read a track. */
export function capture(track: MediaStreamTrack, take: Taker): Capture {
  return hasStreams ? new StreamCapture(track, take) : new VideoCapture(track, take);
}

class StreamCapture implements Capture {
  readonly needsTicks = false;
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  #isClosed = false;

  constructor(track: MediaStreamTrack, take: Taker) {
    // A buffer of one frame: the one that waits is always the latest.
    const processor = new MediaStreamTrackProcessor({
      track: track as MediaStreamVideoTrack,
      maxBufferSize: 1,
    });
    this.#reader = processor.readable.getReader();
    void this.#read(take);
  }

  tick(): void {}

  close(): void {
    this.#isClosed = true;
  }

  async #read(take: Taker): Promise<void> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      if (this.#isClosed) {
        value.close();
        await this.#reader.cancel();
        return;
      }
      await take(value);
    }
  }
}

/** In a visible page, the video's callbacks report each frame; after so many milliseconds without one, the page is hidden. */
const HIDDEN_AFTER = 150;

/** The assumed frame rate of cameras that do not report theirs. */
const USUAL_FRAME_RATE = 30;

/** In a hidden page, a frame may be taken so much early, as a part of the interval between frames. */
const EARLY = 0.25;

/** Firefox: a hidden video plays the track. */
class VideoCapture implements Capture {
  readonly needsTicks = true;
  readonly #track: MediaStreamTrack;
  readonly #video = document.createElement('video');
  readonly #take: Taker;
  #isTaking = false;
  #lastCallback = Number.NEGATIVE_INFINITY;
  #lastTaken = Number.NEGATIVE_INFINITY;

  constructor(track: MediaStreamTrack, take: Taker) {
    this.#track = track;
    this.#take = take;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    // Rejects if it is closed before it plays.
    this.#video.play().catch(() => {});
    this.#listen();
  }

  tick(): void {
    const now = performance.now();
    if (now - this.#lastCallback <= HIDDEN_AFTER) return;
    const interval = 1000 / (this.#track.getSettings().frameRate || USUAL_FRAME_RATE);
    if (now - this.#lastTaken >= (1 - EARLY) * interval) void this.#read(now);
  }

  close(): void {
    this.#video.srcObject = null;
  }

  #listen(): void {
    this.#video.requestVideoFrameCallback((now) => {
      this.#lastCallback = now;
      void this.#read(now);
      if (this.#video.srcObject) this.#listen();
    });
  }

  async #read(now: number): Promise<void> {
    if (this.#isTaking || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#isTaking = true;
    this.#lastTaken = now;
    try {
      await this.#take(new VideoFrame(this.#video, { timestamp: Math.round(now * 1000) }));
    } catch {
      // While the video changes its size there is no frame.
    } finally {
      this.#isTaking = false;
    }
  }
}
