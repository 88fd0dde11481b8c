import { type Frame as EngineFrame, type PixelFormat, type Plane, planeSizes } from '@elsewhere/engine';
import { copyPlane } from '@elsewhere/engine/internal';
import {
  AV_CODEC_FLAG_FRAME_DURATION,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_FRAME_DATA_A53_CC,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_BGRA,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVA420P,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVPixelFormat,
} from 'node-av/constants';
import { avGetPixFmtName, CodecContext, Frame, Packet } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { check, encoderNamed, FfmpegFailure, positive, quietly, type Ratio, rational } from '../ffmpeg.js';
import type { ColorTags } from '../frames/color.js';
import { FrameFilter } from '../frames/filter.js';
import type { VideoCodec } from './codecs.js';
import { withYieldingThreads } from './priority.js';

/** What an {@link Encoder} encodes, and how. */
export interface EncoderSettings {
  readonly codec: VideoCodec;
  /** FFmpeg's options for the codec. */
  readonly options: Readonly<Record<string, string>>;
  /** The pixel format of the frames. */
  readonly layout: PixelFormat;
  /** Width of the frames in pixels. */
  readonly width: number;
  /** Height of the frames in pixels. */
  readonly height: number;
  readonly timeBase: Ratio;
  readonly frameRate: Ratio;
  readonly sampleAspectRatio: Ratio;
  readonly tags: ColorTags;
  /** Whether the container stores the codec's parameters in its header. */
  readonly globalHeader: boolean;
  /** Whether frames may be stored in another order than that of presentation. */
  readonly reorder: boolean;
  /** Whether all frames have a duration of one unit of the time base. */
  readonly constant: boolean;
}

interface Slot {
  readonly frame: Frame;
  readonly planes: readonly Plane[];
  pts: bigint;
}

const LAYOUTS: Readonly<Record<PixelFormat, AVPixelFormat>> = {
  I420: AV_PIX_FMT_YUV420P,
  NV12: AV_PIX_FMT_NV12,
  I420A: AV_PIX_FMT_YUVA420P,
  RGBA: AV_PIX_FMT_RGBA,
  BGRA: AV_PIX_FMT_BGRA,
};

/** Encodes the engine's frames. */
export class Encoder {
  readonly context: CodecContext;
  /** Width of the encoded frames in pixels: that of the frames, or one more if the codec needs even sizes. */
  readonly width: number;
  /** Height of the encoded frames in pixels. */
  readonly height: number;
  readonly #settings: EncoderSettings;
  readonly #slots: Slot[] = [];
  readonly #packet: Packet;
  readonly #convert: FrameFilter | undefined;
  #pending: Slot | undefined;

  /**
   * @throws {@link MediaError} `OUTPUT_UNSUPPORTED` if the encoder rejects the settings.
   */
  constructor(settings: EncoderSettings) {
    const { codec, layout, tags } = settings;
    this.#settings = settings;
    const odd = codec.even ? 1 : 0;
    this.width = settings.width + (settings.width & odd);
    this.height = settings.height + (settings.height & odd);
    const alpha = layout === 'I420A';
    const format = (alpha ? codec.alphaFormat : undefined) ?? codec.format;
    this.context = this.#open(format);
    this.#packet = new Packet();
    this.#packet.alloc();
    if (format !== LAYOUTS[layout]) {
      this.#convert = new FrameFilter(
        {
          width: this.width,
          height: this.height,
          format: LAYOUTS[layout],
          sampleAspectRatio: settings.sampleAspectRatio,
          colorSpace: tags.matrix,
          colorRange: tags.range,
        },
        `scale=flags=bicubic+accurate_rnd,format=${formatName(codec, alpha)}`,
      );
    }
  }

  /**
   * Encodes a frame. It is sent to the encoder with the next call, because its duration is known only then; where all frames
   * have the same duration, at once.
   *
   * @param frame - The engine's frame, copied before this returns.
   * @param pts - Its timestamp in the encoder's time base.
   * @param decoded - The decoded frame that it was made of; its closed captions are copied.
   * @param write - Receives each packet; the packet is reused after it returns.
   */
  encode(frame: EngineFrame, pts: bigint, decoded: Frame, write: (packet: Packet) => void): void {
    const slot = this.#freeSlot();
    this.#fill(slot, frame);
    slot.pts = pts;
    copyCaptions(decoded, slot.frame);
    if (this.#pending) this.#send(this.#pending, pts - this.#pending.pts, write);
    this.#pending = slot;
    if (this.#settings.constant) this.#flush(1n, write);
  }

  /**
   * Flushes the encoder.
   *
   * @param lastDuration - The duration of the last frame, in the encoder's time base.
   * @param write - As for {@link encode}.
   */
  finish(lastDuration: bigint, write: (packet: Packet) => void): void {
    this.#flush(lastDuration, write);
    const ret = this.context.sendFrameSync(null);
    if (ret !== AVERROR_EOF) check(ret, 'finish the video');
    this.#drain(write);
  }

  /** Frees the encoder. */
  dispose(): void {
    this.#convert?.dispose();
    this.#packet.free();
    this.context.freeContext();
    for (const { frame } of this.#slots) frame.free();
    this.#slots.length = 0;
  }

  #flush(duration: bigint, write: (packet: Packet) => void): void {
    if (this.#pending) this.#send(this.#pending, duration, write);
    this.#pending = undefined;
  }

  #send(slot: Slot, duration: bigint, write: (packet: Packet) => void): void {
    const frame = this.#convert ? this.#convert.apply(slot.frame) : slot.frame;
    frame.pts = slot.pts;
    frame.duration = duration;
    frame.timeBase = rational(this.#settings.timeBase);
    check(this.context.sendFrameSync(frame), 'encode a frame');
    this.#drain(write);
  }

  #open(format: AVPixelFormat): CodecContext {
    const { codec: wanted, options, timeBase, frameRate, sampleAspectRatio, tags } = this.#settings;
    const codec = encoderNamed(wanted.encoder);
    if (!codec)
      throw new MediaError('OUTPUT_UNSUPPORTED', `This build of FFmpeg has no encoder for ${wanted.title}.`);
    const context = new CodecContext();
    context.allocContext3(codec);
    context.width = this.width;
    context.height = this.height;
    context.pixelFormat = format;
    context.timeBase = rational(timeBase);
    context.framerate = rational(frameRate);
    if (positive(sampleAspectRatio)) context.sampleAspectRatio = rational(sampleAspectRatio);
    context.colorRange = tags.range;
    context.colorSpace = tags.matrix;
    context.colorPrimaries = tags.primaries;
    context.colorTrc = tags.transfer;
    context.chromaLocation = tags.chromaLocation;
    context.threadCount = 0;
    context.setFlags(AV_CODEC_FLAG_FRAME_DURATION);
    if (this.#settings.globalHeader) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    if (!this.#settings.reorder) context.maxBFrames = 0;
    // Not as open2's dictionary: it frees that, and node-av frees it again.
    for (const [name, value] of Object.entries(options)) {
      check(
        context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
        `set the option ${name}`,
      );
    }
    const open = () => context.open2Sync(codec, null);
    const ret = withYieldingThreads(() => (wanted.encoder === 'libsvtav1' ? quietly(open) : open()));
    if (ret < 0) {
      context.freeContext();
      throw new MediaError(
        'OUTPUT_UNSUPPORTED',
        `${wanted.title} cannot be encoded at ${this.width}x${this.height} with these settings.`,
        { cause: new FfmpegFailure('open the encoder', ret) },
      );
    }
    return context;
  }

  /** A buffer that the encoder no longer reads. */
  #freeSlot(): Slot {
    for (const slot of this.#slots) if (slot !== this.#pending && slot.frame.isWritable) return slot;
    const { tags, layout, sampleAspectRatio } = this.#settings;
    const frame = new Frame();
    frame.alloc();
    frame.format = LAYOUTS[layout];
    frame.width = this.width;
    frame.height = this.height;
    check(frame.allocBuffer(), 'allocate a frame');
    frame.colorRange = tags.range;
    frame.colorSpace = tags.matrix;
    frame.colorPrimaries = tags.primaries;
    frame.colorTrc = tags.transfer;
    frame.chromaLocation = tags.chromaLocation;
    if (positive(sampleAspectRatio)) frame.sampleAspectRatio = rational(sampleAspectRatio);
    const { linesize } = frame;
    const planes = (frame.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 }));
    const slot = { frame, planes, pts: 0n };
    this.#slots.push(slot);
    return slot;
  }

  #fill(slot: Slot, frame: EngineFrame): void {
    const { layout, width, height } = this.#settings;
    if (frame.format !== layout || frame.width !== width || frame.height !== height) {
      throw new Error(
        `A frame of ${frame.format} ${frame.width}x${frame.height} came among ${layout} ${width}x${height}.`,
      );
    }
    planeSizes(layout, width, height).forEach((size, index) => {
      const from = frame.planes[index];
      const to = slot.planes[index];
      if (!from || !to) return;
      copyPlane(from, to, size);
      // Chroma has the same size for an odd size and the next even one; luma and alpha repeat their last column and row.
      if (size.rowBytes === width && this.width > width) repeatColumn(to, size);
      if (size.rows === height && this.height > height) repeatRow(to, size.rows, this.width);
    });
  }

  #drain(write: (packet: Packet) => void): void {
    for (;;) {
      const ret = this.context.receivePacketSync(this.#packet);
      if (ret === AVERROR_EAGAIN || ret === AVERROR_EOF) return;
      check(ret, 'encode the video');
      write(this.#packet);
      this.#packet.unref();
    }
  }
}

function repeatColumn(
  { data, stride }: Plane,
  size: { readonly rowBytes: number; readonly rows: number },
): void {
  for (let row = 0, end = size.rowBytes; row < size.rows; row++, end += stride)
    data[end] = data[end - 1] ?? 0;
}

function repeatRow({ data, stride }: Plane, rows: number, rowBytes: number): void {
  data.copyWithin(rows * stride, (rows - 1) * stride, (rows - 1) * stride + rowBytes);
}

function copyCaptions(from: Frame, to: Frame): void {
  to.removeSideData(AV_FRAME_DATA_A53_CC);
  const captions = from.getSideData(AV_FRAME_DATA_A53_CC);
  if (captions) to.newSideData(AV_FRAME_DATA_A53_CC, captions.length).set(captions);
}

function formatName(codec: VideoCodec, alpha: boolean): string {
  return avGetPixFmtName((alpha ? codec.alphaFormat : undefined) ?? codec.format) ?? 'yuv420p';
}
