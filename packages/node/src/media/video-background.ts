import { EngineError, type Frame as EngineFrame, type VideoSource } from '@elsewhere/engine';
import { Frame, Packet } from 'node-av/lib';
import { MediaError } from '../errors.js';
import { check, seconds } from './ffmpeg.js';
import { Preparer } from './frames/prepare.js';
import { ShapeReader, uprightShape } from './frames/shape.js';
import { Decoder } from './input/decoder.js';
import { Reader } from './input/reader.js';

/** The shortest loop of a video whose frames have no duration, in seconds. */
const SHORTEST_LOOP = 0.04;

/** Timestamps in files are rounded: a frame that is due within this many seconds is shown. */
const TOLERANCE = 0.0005;

/** A looped video background, decoded as time goes on. */
export class VideoBackground implements VideoSource {
  readonly #path: string;
  readonly #packet = new Packet();
  /** The decoded frame that is shown. */
  readonly #current = new Frame();
  #reader: Reader;
  #decoder: Decoder;
  #preparer: Preparer | undefined;
  #shown: EngineFrame | undefined;
  /** When the current frame and the decoder's next one are shown, in seconds of the file's own clock. */
  #shownAt = Number.NEGATIVE_INFINITY;
  #nextAt: number | undefined;
  /** When the frame that was decoded last ends. */
  #end = 0;
  /** When the first frame is shown. */
  readonly #first: number;
  /** Duration of one loop in seconds; known once the video has been decoded to its end. */
  #loop = Number.POSITIVE_INFINITY;
  #frames = 0;
  #drained = false;

  /**
   * @throws {@link MediaError} `BACKGROUND_UNREADABLE` if it is not a video.
   */
  constructor(path: string) {
    this.#path = path;
    ({ reader: this.#reader, decoder: this.#decoder } = open(path));
    this.#packet.alloc();
    this.#current.alloc();
    this.#decode();
    if (this.#nextAt === undefined) {
      this.dispose();
      throw unreadable(path);
    }
    this.#first = this.#nextAt;
  }

  frameAt(timestamp: number): EngineFrame | undefined {
    const time = Math.max(0, timestamp / 1e6) + TOLERANCE;
    let at = this.#first + (time % this.#loop);
    if (at < this.#shownAt) this.#rewind();
    let stale = false;
    for (;;) {
      while (
        this.#nextAt !== undefined &&
        (this.#nextAt <= at || this.#shownAt === Number.NEGATIVE_INFINITY)
      ) {
        this.#current.unref();
        check(this.#current.ref(this.#decoder.frame), 'keep a frame');
        this.#shownAt = this.#nextAt;
        stale = true;
        this.#decode();
      }
      if (this.#nextAt !== undefined || at < this.#first + this.#loop || this.#frames < 2) break;
      at = this.#first + (time % this.#loop);
      this.#rewind();
    }
    if (stale) this.#shown = this.#prepare();
    return this.#shown;
  }

  /** Frees the decoder and closes the file. */
  dispose(): void {
    this.#preparer?.dispose();
    this.#packet.free();
    this.#current.free();
    this.#decoder.dispose();
    this.#reader.close();
  }

  #prepare(): EngineFrame {
    this.#preparer ??= this.#openPreparer();
    return this.#preparer.prepare(this.#current).frame;
  }

  #openPreparer(): Preparer {
    const shapes = new ShapeReader(this.#reader.video);
    return new Preparer({
      shapes,
      canvas: uprightShape(shapes.read(this.#current)),
      keepsAlpha: true,
      refuse: (why) => new MediaError('BACKGROUND_UNREADABLE', `The background ${this.#path} ${why}.`),
    });
  }

  /** Decodes the frame after the current one. At the end of the video, the duration of a loop is known. */
  #decode(): void {
    const { index, timeBase } = this.#reader.video;
    for (;;) {
      if (this.#decoder.receive()) {
        this.#nextAt = seconds(this.#decoder.timestamp(), timeBase);
        const { duration } = this.#decoder.frame;
        this.#end = duration > 0n ? this.#nextAt + seconds(duration, timeBase) : this.#fileEnd();
        this.#frames++;
        return;
      }
      if (this.#drained) break;
      if (this.#reader.read(this.#packet)) {
        if (this.#packet.streamIndex === index) this.#decoder.send(this.#packet);
        this.#packet.unref();
      } else {
        this.#drained = true;
        this.#decoder.send(undefined);
      }
    }
    this.#nextAt = undefined;
    if (this.#loop === Number.POSITIVE_INFINITY)
      this.#loop = Math.max(SHORTEST_LOOP, this.#end - this.#first);
  }

  /** When the file ends by its own account, which it may state where frames have no duration. */
  #fileEnd(): number {
    const { startTime, duration, durationIsExact } = this.#reader;
    return duration !== undefined && durationIsExact ? startTime + duration : (this.#nextAt ?? 0);
  }

  /** Returns to the start, by seeking or, where the file cannot be seeked, by opening it again. */
  #rewind(): void {
    if (this.#reader.seek(this.#first)) {
      this.#decoder.flush();
    } else {
      this.#decoder.dispose();
      this.#reader.close();
      ({ reader: this.#reader, decoder: this.#decoder } = open(this.#path));
    }
    this.#drained = false;
    this.#shownAt = Number.NEGATIVE_INFINITY;
    this.#decode();
  }
}

function open(path: string): { reader: Reader; decoder: Decoder } {
  let reader: Reader | undefined;
  try {
    reader = Reader.open(path);
    return { reader, decoder: new Decoder(reader.video, reader.name, { keepsAlpha: true }) };
  } catch (cause) {
    reader?.close();
    if (cause instanceof EngineError) throw cause;
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause?: unknown): MediaError {
  return new MediaError(
    'BACKGROUND_UNREADABLE',
    `The background ${path} is damaged, or neither a video nor an image of a supported format.`,
    {
      cause,
    },
  );
}
