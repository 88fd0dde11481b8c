import type { ColorSpace, Frame as EngineFrame, PixelSize } from '@elsewhere/engine';
import {
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  type AVColorRange,
  type AVPixelFormat,
} from 'node-av/constants';
import { avGetPixFmtName, type Frame } from 'node-av/lib';
import { MediaError } from '../errors.js';
import { FrameFilter } from '../media/frames/filter.js';

/** What programs that read a camera expect where it says nothing else, as cameras do. */
export const CAMERA_COLORS: ColorSpace = { matrix: 'bt601', range: 'limited' };

/** What of a frame decides how it is converted. */
interface Kind extends PixelSize {
  readonly format: AVPixelFormat;
  readonly range: AVColorRange;
}

/** Converts a camera's frames to one size, 4:2:0 and {@link CAMERA_COLORS}. Where the shape is another one, edges are cut off. */
export class CameraFrames {
  readonly #size: PixelSize;
  readonly #name: string;
  #kind: Kind | undefined;
  #filter: FrameFilter | undefined;

  /**
   * @param size - Of the output.
   * @param name - The camera's name in messages.
   */
  constructor(size: PixelSize, name: string) {
    this.#size = size;
    this.#name = name;
  }

  /**
   * Converts a frame.
   *
   * @param frame - As it was decoded.
   * @returns Views of FFmpeg's memory, valid until the next call.
   */
  convert(frame: Frame): EngineFrame {
    const kind = kindOf(frame);
    if (!this.#kind || !isSame(kind, this.#kind)) {
      this.dispose();
      this.#kind = kind;
      this.#filter = this.#filterFor(frame, kind);
    }
    const ready = this.#filter ? this.#filter.apply(frame) : frame;
    const { width, height, linesize, data } = ready;
    const isNv12 = ready.format === AV_PIX_FMT_NV12;
    const count = isNv12 ? 2 : 3;
    if (!data || data.length < count) {
      throw new MediaError('DEVICE_UNAVAILABLE', `The frames of ${this.#name} are empty.`);
    }
    return {
      format: isNv12 ? 'NV12' : 'I420',
      width,
      height,
      planes: data.slice(0, count).map((plane, index) => ({ data: plane, stride: linesize[index] ?? 0 })),
      colorSpace: CAMERA_COLORS,
      rotation: 0,
    };
  }

  /** Frees the filter. */
  dispose(): void {
    this.#filter?.dispose();
    this.#filter = undefined;
  }

  #filterFor(frame: Frame, kind: Kind): FrameFilter | undefined {
    const { width, height } = this.#size;
    const isDirect = kind.format === AV_PIX_FMT_YUV420P || kind.format === AV_PIX_FMT_NV12;
    const isUpright = frame.linesize.every((stride) => stride >= 0);
    if (
      isDirect &&
      isUpright &&
      kind.range === AVCOL_RANGE_MPEG &&
      kind.width === width &&
      kind.height === height
    ) {
      return undefined;
    }
    const name = avGetPixFmtName(kind.format) ?? '';
    const isRgb = /rgb|bgr|gbr/.test(name);
    const scale = [
      `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=bilinear`,
      `in_range=${kind.range === AVCOL_RANGE_JPEG ? 'pc' : 'tv'}`,
      'out_range=tv:out_color_matrix=bt601',
      ...(isRgb ? [] : ['in_color_matrix=bt601']),
    ].join(':');
    return new FrameFilter(
      {
        width: kind.width,
        height: kind.height,
        format: kind.format,
        sampleAspectRatio: { num: 1, den: 1 },
        colorSpace: isRgb ? AVCOL_SPC_UNSPECIFIED : AVCOL_SPC_SMPTE170M,
        colorRange: kind.range,
      },
      `${scale},crop=${width}:${height},format=yuv420p`,
    );
  }
}

function kindOf({ format, width, height, colorRange }: Frame): Kind {
  const pixels = format as AVPixelFormat;
  const name = avGetPixFmtName(pixels) ?? '';
  const isFull = colorRange === AVCOL_RANGE_JPEG || pixels === AV_PIX_FMT_YUVJ420P || name.startsWith('yuvj');
  return { format: pixels, width, height, range: isFull ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG };
}

function isSame(one: Kind, other: Kind): boolean {
  return (
    one.format === other.format &&
    one.range === other.range &&
    one.width === other.width &&
    one.height === other.height
  );
}
