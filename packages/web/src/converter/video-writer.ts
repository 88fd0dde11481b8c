import type { Frame } from '@elsewhere/engine';
import { displaySizeOf } from '@elsewhere/engine/internal';
import { type Output, QUALITY_HIGH, VideoSample, VideoSampleSource } from 'mediabunny';
import { type FrameOrigin, FrameWriter } from '../media/frame-writer.js';
import { AlphaSource } from './alpha-source.js';
import { contain } from './contain.js';
import type { FrameSize } from './frame-sizes.js';
import type { MediaFile } from './input.js';
import { chooseCodec } from './output.js';
import { upright } from './planes.js';

/** A size in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The video track of the output. */
export class VideoWriter {
  readonly #media: MediaFile;
  readonly #frames = new FrameWriter();
  readonly #source: VideoSampleSource | AlphaSource;
  /** The size of the output's frames; those of another size are fitted into it. */
  readonly #stored: FrameSize;
  /** Whether the container has a rotation; else the frames themselves are rotated. */
  readonly #keepsRotation: boolean;

  private constructor(
    media: MediaFile,
    stored: FrameSize,
    source: VideoSampleSource | AlphaSource,
    keepsRotation: boolean,
  ) {
    this.#media = media;
    this.#stored = stored;
    this.#source = source;
    this.#keepsRotation = keepsRotation;
  }

  /**
   * Adds the track to the output.
   *
   * @param media - The input.
   * @param output - Not started yet.
   * @param hasAlpha - Whether frames have alpha.
   * @throws WebError `UNSUPPORTED` if this browser can encode no such video.
   */
  static async create(media: MediaFile, output: Output, hasAlpha: boolean): Promise<VideoWriter> {
    const { sizes, language, rotation, flip } = media;
    const { format } = output;
    const keepsRotation = format.supportsVideoTransformationMetadata;
    const metadata = {
      languageCode: language,
      ...(keepsRotation && { rotation, flip }),
      ...(hasAlpha && { canBeTransparent: true }),
    };
    const [largest] = sizes;
    const stored = { ...largest, width: even(largest.width), height: even(largest.height) };
    const codec = await chooseCodec(format, stored.width, stored.height);
    const source = hasAlpha ? new AlphaSource() : new VideoSampleSource({ codec, quality: QUALITY_HIGH });
    output.addVideoTrack(source instanceof AlphaSource ? source.track : source, metadata);
    return new VideoWriter(media, stored, source, keepsRotation);
  }

  /** The size at which frames are displayed, in pixels. */
  get shown(): Size {
    const { width, height } = displaySizeOf({ ...this.#stored, rotation: this.#media.rotation });
    return { width: even(Math.round(width)), height: even(Math.round(height)) };
  }

  /**
   * Encodes a frame.
   *
   * @param frame - The processed frame; only read during the call.
   * @param sample - The input's frame.
   */
  async add(frame: Frame, sample: VideoSample): Promise<void> {
    const { rotation, flip } = this.#media;
    // H.264 has no odd sizes: the last row or column is dropped.
    let output: Frame = { ...frame, width: even(frame.width), height: even(frame.height), rotation: 0 };
    if (output.width !== this.#stored.width || output.height !== this.#stored.height) {
      output = contain(output, this.#stored);
    }
    if (!this.#keepsRotation && (rotation !== 0 || flip)) output = upright(output, rotation, flip);
    const origin: FrameOrigin = {
      timestamp: sample.microsecondTimestamp,
      duration: sample.microsecondDuration,
      colorSpace: sample.colorSpace.toJSON(),
    };
    const { width, height } = displaySizeOf(output);
    const shown = { width: Math.round(width), height: Math.round(height) };
    if (this.#source instanceof AlphaSource) await this.#source.add(output, origin, shown);
    else await encode(this.#source, this.#frames.write(output, origin, shown), sample);
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    if (this.#source instanceof AlphaSource) await this.#source.finish();
    else this.#source.close();
  }
}

async function encode(
  source: VideoSampleSource,
  frame: VideoFrame,
  { timestamp, duration }: VideoSample,
): Promise<void> {
  const sample = new VideoSample(frame);
  try {
    // Containers have a finer resolution than microseconds.
    sample.setTimestamp(timestamp);
    sample.setDuration(duration);
    await source.add(sample);
  } finally {
    sample.close();
  }
}

function even(side: number): number {
  return Math.max(2, side & ~1);
}
