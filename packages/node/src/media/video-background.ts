import type { Frame as EngineFrame, VideoSource } from '@elsewhere/engine';
import { AV_FRAME_DATA_DISPLAYMATRIX, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import { Frame, Packet } from 'node-av/lib';
import { MediaError } from '../errors.js';
import { check, seconds } from './ffmpeg.js';
import { readOrientation } from './frames/orientation.js';
import { Preparer } from './frames/prepare.js';
import { Decoder } from './input/decoder.js';
import { Reader } from './input/reader.js';

/** A round of a video whose frames have no duration is not shorter than this, in seconds. */
const SHORTEST_ROUND = 0.04;

/** Times in files are rounded: a picture that is to come within so many seconds is shown. */
const TOLERANCE = 0.0005;

/** A video that is shown behind the person again and again, decoded as time goes on. */
export class VideoBackground implements VideoSource {
  readonly #path: string;
  readonly #packet = new Packet();
  /** The picture that is shown. */
  readonly #picture = new Frame();
  #reader: Reader;
  #decoder: Decoder;
  #preparer: Preparer | undefined;
  #shown: EngineFrame | undefined;
  /** When the picture is shown and when the decoder's next one is, in seconds of the file's own. */
  #shownAt = Number.NEGATIVE_INFINITY;
  #nextAt: number | undefined;
  /** Where the picture that was decoded last ends. */
  #end = 0;
  /** When the first picture is shown. */
  readonly #first: number;
  /** Seconds of one round; known once the video has been seen to its end. */
  #round = Number.POSITIVE_INFINITY;
  #pictures = 0;
  #drained = false;

  /**
   * @param path - The video's path.
   * @throws {@link MediaError} `BACKGROUND_UNREADABLE` if it is not a video.
   */
  constructor(path: string) {
    this.#path = path;
    ({ reader: this.#reader, decoder: this.#decoder } = open(path));
    this.#packet.alloc();
    this.#picture.alloc();
    this.#decode();
    if (this.#nextAt === undefined) {
      this.dispose();
      throw unreadable(path);
    }
    this.#first = this.#nextAt;
  }

  frameAt(timestamp: number): EngineFrame | undefined {
    const time = Math.max(0, timestamp / 1e6) + TOLERANCE;
    let at = this.#first + (time % this.#round);
    if (at < this.#shownAt) this.#rewind();
    let stale = false;
    for (;;) {
      while (
        this.#nextAt !== undefined &&
        (this.#nextAt <= at || this.#shownAt === Number.NEGATIVE_INFINITY)
      ) {
        this.#picture.unref();
        check(this.#picture.ref(this.#decoder.frame), 'keep a picture');
        this.#shownAt = this.#nextAt;
        stale = true;
        this.#decode();
      }
      if (this.#nextAt !== undefined || at < this.#first + this.#round || this.#pictures < 2) break;
      at = this.#first + (time % this.#round);
      this.#rewind();
    }
    if (stale) this.#shown = this.#prepare();
    return this.#shown;
  }

  /** Frees the decoder and closes the file. */
  dispose(): void {
    this.#preparer?.dispose();
    this.#packet.free();
    this.#picture.free();
    this.#decoder.dispose();
    this.#reader.close();
  }

  #prepare(): EngineFrame {
    const { parameters, stream } = this.#reader.video;
    this.#preparer ??= new Preparer({
      turn: (
        readOrientation(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)) ??
        readOrientation(this.#picture.getSideData(AV_FRAME_DATA_DISPLAYMATRIX))
      )?.chain,
      rotation: 0,
      refuse: (why) => new MediaError('BACKGROUND_UNREADABLE', `The background ${this.#path} ${why}.`),
    });
    return this.#preparer.prepare(this.#picture, stream.sampleAspectRatio).frame;
  }

  /** Decodes the picture after the current one; at the end, the length of a round is known. */
  #decode(): void {
    const { index, timeBase } = this.#reader.video;
    for (;;) {
      if (this.#decoder.receive()) {
        this.#nextAt = seconds(this.#decoder.timestamp(), timeBase);
        const { duration } = this.#decoder.frame;
        this.#end = duration > 0n ? this.#nextAt + seconds(duration, timeBase) : this.#fileEnd();
        this.#pictures++;
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
    if (this.#round === Number.POSITIVE_INFINITY)
      this.#round = Math.max(SHORTEST_ROUND, this.#end - this.#first);
  }

  /** Where the file says that it ends; it may say so where it does not say how long a picture is shown. */
  #fileEnd(): number {
    const { startTime, duration, durationIsExact } = this.#reader;
    return duration !== undefined && durationIsExact ? startTime + duration : (this.#nextAt ?? 0);
  }

  /** Back to the beginning: by a seek, or by opening the file anew where it cannot seek. */
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
    return { reader, decoder: new Decoder(reader.video, reader.name) };
  } catch (cause) {
    reader?.close();
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause?: unknown): MediaError {
  return new MediaError('BACKGROUND_UNREADABLE', `The background ${path} is not a video that can be read.`, {
    cause,
  });
}
