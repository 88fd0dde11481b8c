import type { ColorSpace, Frame } from '@elsewhere/engine';
import {
  BlobSource,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  UrlSource,
  VideoSampleSink,
  WEBM,
} from 'mediabunny';
import type { PlayingVideo } from './background.js';
import { FrameReader } from './frame-reader.js';
import { PresentationQueue } from './presentation-queue.js';

/** From this height on, a video that states no colour space is BT.709. */
const HIGH_DEFINITION = 720;

/** So many frames are decoded ahead. */
const AHEAD = 3;

/**
 * Opens a background video, which plays in a loop by the timestamps of the camera's frames.
 *
 * @param source - An absolute URL or a file.
 * @returns The video, with its first frame decoded.
 * @throws If it cannot be fetched or decoded.
 */
export async function openVideo(source: string | Blob): Promise<PlayingVideo> {
  const input = new Input({
    source: source instanceof Blob ? new BlobSource(source) : new UrlSource(source),
    formats: [MP4, QTFF, WEBM, MATROSKA],
  });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('It contains no video.');
    if (!(await track.canDecode()))
      throw new Error(`This browser cannot decode its codec (${await track.getCodec()}).`);
    const video = new LoopingVideo(input, track, await assumedColorSpace(track));
    await video.ready;
    return video;
  } catch (error) {
    input.dispose();
    throw error;
  }
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
  readonly #input: Input;
  readonly #sink: VideoSampleSink;
  readonly #colorSpace: ColorSpace | undefined;
  readonly #queue = new PresentationQueue<Slot>(AHEAD);
  /** Readers whose buffers are not presented. */
  readonly #free: FrameReader[] = [];
  #isDisposed = false;

  constructor(input: Input, track: InputVideoTrack, colorSpace: ColorSpace | undefined) {
    this.#input = input;
    this.#colorSpace = colorSpace;
    this.#sink = new VideoSampleSink(track);
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
    this.#input.dispose();
  }

  async #play(start: () => void): Promise<void> {
    let begin = 0;
    let hasFrame = true;
    while (hasFrame && !this.#isDisposed) {
      hasFrame = false;
      let end = 0;
      let first: number | undefined;
      for await (const sample of this.#sink.samples()) {
        first ??= sample.timestamp;
        const time = sample.timestamp - first;
        end = time + (sample.duration || 1 / 30);
        const reader = this.#free.pop() ?? new FrameReader();
        const decoded = sample.toVideoFrame();
        const { rotation } = sample;
        sample.close();
        try {
          const frame = await reader.read(decoded);
          const colorSpace = this.#colorSpace ?? frame.colorSpace;
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
