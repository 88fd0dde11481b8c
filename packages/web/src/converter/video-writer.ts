import type { Frame } from '@elsewhere/engine';
import { isSideways } from '@elsewhere/engine/internal';
import { type Output, QUALITY_HIGH, VideoSample, VideoSampleSource } from 'mediabunny';
import { type FrameOrigin, FrameWriter } from '../media/frame-writer.js';
import { AlphaSource } from './alpha-source.js';
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
  /** The size at which frames are displayed, in pixels. */
  readonly shown: Size;
  readonly #media: MediaFile;
  readonly #frames = new FrameWriter();
  readonly #source: VideoSampleSource | AlphaSource;
  /** Whether the container has a rotation; else the frames themselves are rotated. */
  readonly #keepsRotation: boolean;

  private constructor(
    media: MediaFile,
    shown: Size,
    source: VideoSampleSource | AlphaSource,
    keepsRotation: boolean,
  ) {
    this.#media = media;
    this.shown = shown;
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
    const { video, rotation, flip } = media;
    const { format } = output;
    const keepsRotation = format.supportsVideoTransformationMetadata;
    const metadata = {
      languageCode: await video.getLanguageCode(),
      ...(keepsRotation && { rotation, flip }),
      ...(hasAlpha && { canBeTransparent: true }),
    };
    const stored = { width: even(await video.getCodedWidth()), height: even(await video.getCodedHeight()) };
    const codec = await chooseCodec(format, stored.width, stored.height);
    const source = hasAlpha ? new AlphaSource() : new VideoSampleSource({ codec, quality: QUALITY_HIGH });
    output.addVideoTrack(source instanceof AlphaSource ? source.track : source, metadata);
    const shown = {
      width: even(await video.getDisplayWidth()),
      height: even(await video.getDisplayHeight()),
    };
    return new VideoWriter(media, shown, source, keepsRotation);
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
    if (!this.#keepsRotation && (rotation !== 0 || flip)) output = upright(output, rotation, flip);
    const origin: FrameOrigin = {
      timestamp: sample.microsecondTimestamp,
      duration: sample.microsecondDuration,
      colorSpace: sample.colorSpace.toJSON(),
    };
    const shown = shownSize(output, sample, !this.#keepsRotation && isSideways(rotation));
    if (this.#source instanceof AlphaSource) await this.#source.add(output, origin, shown);
    else await encode(this.#source, this.#frames.write(output, origin), shown, sample);
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    if (this.#source instanceof AlphaSource) await this.#source.finish();
    else this.#source.close();
  }
}

/** The size at which a frame is displayed, with square pixels. */
function shownSize(
  { width, height }: Size,
  { visibleRect, squarePixelWidth, squarePixelHeight }: VideoSample,
  isRotated: boolean,
): Size {
  const wider = squarePixelWidth / visibleRect.width;
  const higher = squarePixelHeight / visibleRect.height;
  return {
    width: Math.round(width * (isRotated ? higher : wider)),
    height: Math.round(height * (isRotated ? wider : higher)),
  };
}

async function encode(
  source: VideoSampleSource,
  plain: VideoFrame,
  { width, height }: Size,
  { timestamp, duration }: VideoSample,
): Promise<void> {
  const shown = new VideoFrame(plain, { displayWidth: width, displayHeight: height });
  plain.close();
  const sample = new VideoSample(shown);
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
