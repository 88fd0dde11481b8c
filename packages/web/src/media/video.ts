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

/** From this height on a video that does not tell is in BT.709. */
const HIGH_DEFINITION = 720;

/** So many pictures are decoded ahead. */
const AHEAD = 3;

/**
 * Opens a video as a background: it plays in step with the frames' timestamps, again and again.
 *
 * @param source - An absolute address or a file.
 * @returns The video, its first picture decoded.
 * @throws Whatever keeps it from being decoded.
 */
export async function openVideo(source: string | Blob): Promise<PlayingVideo> {
  const input = new Input({
    source: source instanceof Blob ? new BlobSource(source) : new UrlSource(source),
    formats: [MP4, QTFF, WEBM, MATROSKA],
  });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('There is no video in it.');
    if (!(await track.canDecode()))
      throw new Error(`Its codec (${await track.getCodec()}) cannot be decoded.`);
    const video = new LoopingVideo(input, track, await untoldColorSpace(track));
    await video.ready;
    return video;
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/**
 * The colour space of a video that does not tell it: what `<video>` takes it for. Decoders take it for BT.709 at any size.
 */
async function untoldColorSpace(track: InputVideoTrack): Promise<ColorSpace | undefined> {
  const { matrix } = await track.getColorSpace();
  if (matrix) return undefined;
  return { matrix: (await track.getCodedHeight()) < HIGH_DEFINITION ? 'bt601' : 'bt709', range: 'limited' };
}

/** A picture in a memory of its own. */
interface Slot {
  readonly reader: FrameReader;
  frame: Frame;
}

class LoopingVideo implements PlayingVideo {
  /** Resolves when there is a picture. */
  readonly ready: Promise<void>;
  readonly #input: Input;
  readonly #sink: VideoSampleSink;
  readonly #colorSpace: ColorSpace | undefined;
  readonly #queue = new PresentationQueue<Slot>(AHEAD);
  /** Memories that nobody shows. */
  readonly #free: FrameReader[] = [];
  #isDisposed = false;

  constructor(input: Input, track: InputVideoTrack, colorSpace: ColorSpace | undefined) {
    this.#input = input;
    this.#colorSpace = colorSpace;
    this.#sink = new VideoSampleSink(track);
    this.ready = new Promise((resolve, reject) => {
      this.#play(resolve).then(() => reject(new Error('There is no picture in it.')), reject);
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
    let hasPicture = true;
    while (hasPicture && !this.#isDisposed) {
      hasPicture = false;
      let end = 0;
      let first: number | undefined;
      for await (const sample of this.#sink.samples()) {
        first ??= sample.timestamp;
        const time = sample.timestamp - first;
        end = time + (sample.duration || 1 / 30);
        const reader = this.#free.pop() ?? new FrameReader();
        const picture = sample.toVideoFrame();
        const { rotation } = sample;
        sample.close();
        try {
          const frame = await reader.read(picture);
          const colorSpace = this.#colorSpace ?? frame.colorSpace;
          this.#queue.push({ reader, frame: { ...frame, rotation, colorSpace } }, begin + time);
        } finally {
          picture.close();
        }
        hasPicture = true;
        start();
        await this.#queue.room();
        if (this.#isDisposed) return;
      }
      begin += end;
    }
  }
}
