import type { ColorSpace, Frame, Rotation } from '@elsewhere/engine';
import { assertInputSize } from '@elsewhere/engine/internal';
import {
  BlobSource,
  Input,
  type InputVideoTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  QTFF,
  UrlSource,
  VideoSampleSink,
  WEBM,
} from 'mediabunny';
import { AnimatedImage } from './animated-image.js';
import type { PlayingVideo } from './background.js';
import { FrameReader } from './frame-reader.js';
import { isAnimatedImage } from './image.js';
import { PresentationQueue } from './presentation-queue.js';

// The page's console is the page's: what its users have to know comes as an error or a warning.
Logging.level = LogLevel.Silent;

/** From this height on, a video that states no colour space is BT.709. */
const HIGH_DEFINITION = 720;

/** So many frames are decoded ahead. */
const AHEAD = 3;

/** What the file is called in messages. */
const NAME = 'The background video';

/**
 * Opens a background video, which plays in a loop by the timestamps of the camera's frames.
 *
 * @param source - An absolute URL or a file: a video, or an animated image.
 * @returns The video, with its first frame decoded.
 * @throws EngineError `INPUT_TOO_LARGE`, before anything is decoded; any other error if it cannot be fetched or decoded.
 */
export async function openVideo(source: string | Blob): Promise<PlayingVideo> {
  if (source instanceof Blob && (await isAnimatedImage(source))) {
    return play(framesOfImage(await AnimatedImage.open(source, NAME)));
  }
  const input = new Input({
    source: source instanceof Blob ? new BlobSource(source) : new UrlSource(source),
    formats: [MP4, QTFF, WEBM, MATROSKA],
  });
  let frames: LoopSource;
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('It contains no video.');
    assertInputSize('video', NAME, {
      width: await track.getCodedWidth(),
      height: await track.getCodedHeight(),
    });
    if (!(await track.canDecode()))
      throw new Error(`This browser cannot decode its codec (${await track.getCodec()}).`);
    frames = framesOfTrack(input, track, await assumedColorSpace(track));
  } catch (error) {
    input.dispose();
    throw error;
  }
  return play(frames);
}

async function play(source: LoopSource): Promise<PlayingVideo> {
  const video = new LoopingVideo(source);
  try {
    await video.ready;
    return video;
  } catch (error) {
    source.dispose();
    throw error;
  }
}

/** A decoded frame. Times are in seconds. */
interface DecodedFrame {
  /** Closed by whoever takes it. */
  readonly frame: VideoFrame;
  readonly timestamp: number;
  readonly duration: number;
  readonly rotation: Rotation;
}

/** What a {@link LoopingVideo} plays. */
interface LoopSource {
  /** All frames, once. */
  frames(): AsyncIterable<DecodedFrame>;
  /** What the frames are taken for, whatever they say. */
  readonly colorSpace: ColorSpace | undefined;
  dispose(): void;
}

function framesOfTrack(input: Input, track: InputVideoTrack, colorSpace: ColorSpace | undefined): LoopSource {
  const sink = new VideoSampleSink(track);
  return {
    async *frames() {
      for await (const sample of sink.samples()) {
        const { timestamp, duration, rotation } = sample;
        const frame = sample.toVideoFrame();
        sample.close();
        yield { frame, timestamp, duration: duration || 1 / 30, rotation };
      }
    },
    colorSpace,
    dispose: () => input.dispose(),
  };
}

function framesOfImage(image: AnimatedImage): LoopSource {
  return {
    async *frames() {
      for await (const frame of image.frames()) yield { ...frame, rotation: 0 };
    },
    colorSpace: undefined,
    dispose: () => image[Symbol.dispose](),
  };
}

/**
 * The colour space of a video that states none: the one that `<video>` assumes. Decoders assume BT.709 at any size.
 */
async function assumedColorSpace(track: InputVideoTrack): Promise<ColorSpace | undefined> {
  const { matrix } = await track.getColorSpace();
  if (matrix) return undefined;
  return { matrix: (await track.getCodedHeight()) < HIGH_DEFINITION ? 'bt601' : 'bt709', range: 'limited' };
}

/** A frame in a buffer of its own. */
interface Slot {
  readonly reader: FrameReader;
  frame: Frame;
}

class LoopingVideo implements PlayingVideo {
  /** Resolves when there is a frame. */
  readonly ready: Promise<void>;
  readonly #source: LoopSource;
  readonly #queue = new PresentationQueue<Slot>(AHEAD);
  /** Readers whose buffers are not presented. */
  readonly #free: FrameReader[] = [];
  #isDisposed = false;

  constructor(source: LoopSource) {
    this.#source = source;
    this.ready = new Promise((resolve, reject) => {
      this.#play(resolve).then(() => reject(new Error('It contains no frames.')), reject);
    });
  }

  frameAt(timestamp: number): Frame | undefined {
    for (const { reader } of this.#queue.seek(timestamp / 1e6)) this.#free.push(reader);
    return this.#queue.current?.frame;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#queue.close();
    this.#source.dispose();
  }

  async #play(start: () => void): Promise<void> {
    let begin = 0;
    let hasFrame = true;
    while (hasFrame && !this.#isDisposed) {
      hasFrame = false;
      let end = 0;
      let first: number | undefined;
      for await (const { frame: decoded, timestamp, duration, rotation } of this.#source.frames()) {
        first ??= timestamp;
        const time = timestamp - first;
        end = time + duration;
        const reader = this.#free.pop() ?? new FrameReader();
        try {
          const frame = await reader.read(decoded);
          const colorSpace = this.#source.colorSpace ?? frame.colorSpace;
          this.#queue.push({ reader, frame: { ...frame, rotation, colorSpace } }, begin + time);
        } finally {
          decoded.close();
        }
        hasFrame = true;
        start();
        await this.#queue.room();
        if (this.#isDisposed) return;
      }
      begin += end;
    }
  }
}
