import type { PumpMessage, Source, TrackMessage } from '../engine/protocol.js';

/** Gets the frames of a {@link FrameSource}. */
export interface FrameListener {
  /** A frame, which the listener closes. */
  frame(frame: VideoFrame): void;
  /** No further frame comes. */
  end(): void;
}

/** Where a session's frames come from. */
export interface FrameSource {
  /** Starts to pass on frames. */
  start(listener: FrameListener): void;
  /** Stops, and releases the camera. */
  stop(): void;
}

/** Opens a source, except for planes: see `PlanesChannel`. */
export function openSource(source: Exclude<Source, { kind: 'planes' }>): FrameSource {
  switch (source.kind) {
    case 'stream':
      return new StreamSource(source.readable);
    case 'track':
      return new TrackSource(source.track, source.port);
    case 'pump':
      return new PumpSource(source.port);
  }
}

/** Reads a stream as fast as frames come, so that none is buffered in it. */
export class StreamSource implements FrameSource {
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  #isReading = false;
  #isStopped = false;

  /** @param readable - Owned by the source from now on. */
  constructor(readable: ReadableStream<VideoFrame>) {
    this.#reader = readable.getReader();
  }

  start(listener: FrameListener): void {
    void this.#read(listener);
  }

  /**
   * Cancels the stream with its next frame: Chromium loses a frame in transit, which then stays open, if a stream is cancelled
   * while it is being read.
   */
  stop(): void {
    this.#isStopped = true;
    if (!this.#isReading) void this.#read(undefined);
  }

  async #read(listener: FrameListener | undefined): Promise<void> {
    this.#isReading = true;
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done) break;
        if (this.#isStopped || !listener) {
          value.close();
          await this.#reader.cancel();
          return;
        }
        listener.frame(value);
      }
    } catch {
      // A stream that fails has no further frame, just like one that has ended.
    }
    if (!this.#isStopped) listener?.end();
  }
}

/** Reads a track that was transferred here. While the caller's track is disabled, its frames are black, as that one's are. */
class TrackSource implements FrameSource {
  readonly #track: MediaStreamTrack;
  readonly #port: MessagePort;
  readonly #stream: StreamSource;
  #isEnabled = true;

  constructor(track: MediaStreamTrack, port: MessagePort) {
    const processor = new MediaStreamTrackProcessor({
      track: track as MediaStreamVideoTrack,
      maxBufferSize: 1,
    });
    this.#track = track;
    this.#port = port;
    this.#stream = new StreamSource(processor.readable);
    port.onmessage = ({ data }: MessageEvent<TrackMessage>) => {
      this.#isEnabled = data.enabled;
    };
  }

  start(listener: FrameListener): void {
    this.#stream.start({
      frame: (frame) => listener.frame(this.#isEnabled ? stamped(frame) : blackened(frame)),
      end: () => listener.end(),
    });
  }

  stop(): void {
    this.#stream.stop();
    this.#track.stop();
    this.#port.close();
  }
}

/** WebKit's frames of canvases have timestamps that its `VideoFrame` constructor refuses: they get the current time. */
function timestampOf({ timestamp }: VideoFrame): number {
  return Number.isSafeInteger(timestamp) ? timestamp : Math.round(performance.now() * 1000);
}

function stamped(frame: VideoFrame): VideoFrame {
  const timestamp = timestampOf(frame);
  if (timestamp === frame.timestamp) return frame;
  const copy = new VideoFrame(frame, { timestamp });
  frame.close();
  return copy;
}

/** A black frame in place of another one, which is closed. */
function blackened(frame: VideoFrame): VideoFrame {
  const { displayWidth, displayHeight } = frame;
  const timestamp = timestampOf(frame);
  frame.close();
  return blackFrame(displayWidth, displayHeight, timestamp);
}

/** A black frame, as a track gives while it is disabled. */
export function blackFrame(codedWidth: number, codedHeight: number, timestamp: number): VideoFrame {
  const luma = codedWidth * codedHeight;
  const chroma = ((codedWidth + 1) >> 1) * ((codedHeight + 1) >> 1);
  const planes = new Uint8Array(luma + 2 * chroma).fill(16, 0, luma).fill(128, luma);
  return new VideoFrame(planes, { format: 'I420', codedWidth, codedHeight, timestamp });
}

/** How often the page is asked for a frame, in milliseconds: about twice as often as cameras give one. */
const ASK_INTERVAL = 1000 / 60;

/** Asks the page for frames, by a timer of this worker. */
class PumpSource implements FrameSource {
  readonly #port: MessagePort;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isAsking = false;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  start(listener: FrameListener): void {
    this.#port.onmessage = ({ data }: MessageEvent<PumpMessage>) => {
      this.#isAsking = false;
      if (data.type === 'frame' && data.frame) listener.frame(data.frame);
    };
    this.#timer = setInterval(() => this.#ask(), ASK_INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
    // A frame in transit must not stay open.
    this.#port.onmessage = ({ data }: MessageEvent<PumpMessage>) => {
      if (data.type === 'frame') data.frame?.close();
      this.#port.close();
    };
    if (!this.#isAsking) this.#port.close();
  }

  /** One request at a time: they must not queue up in a busy page. */
  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#port.postMessage({ type: 'ask' } satisfies PumpMessage);
  }
}
