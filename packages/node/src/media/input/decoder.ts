import { availableParallelism } from 'node:os';
import { assertInputSize } from '@elsewhere/engine/internal';
import {
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_FRAME_FLAG_CORRUPT,
  AV_OPT_TYPE_INT,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  FF_DECODER_LIBVPX_VP8,
  FF_DECODER_LIBVPX_VP9,
} from 'node-av/constants';
import { avGetCodecName, Codec, CodecContext, Frame, type Packet } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { check, FfmpegFailure, known, rational } from '../ffmpeg.js';
import { Deinterlacer } from '../frames/deinterlacer.js';
import type { InputStream } from './reader.js';

/** Each thread buffers frames of its own; beside an encoder, more threads than this gain little. */
const MAX_THREADS = 8;

/** After this many failures in a row, the packet has no frame. */
const MAX_FAILURES = 64;

/** The decoders of VP8 and VP9 that decode alpha, which is in side data of packets: FFmpeg's own ones ignore it. */
function alphaDecoder({ stream, parameters }: InputStream): Codec | null {
  if (stream.metadata?.get('alpha_mode') !== '1') return null;
  const { codecId } = parameters;
  if (codecId === AV_CODEC_ID_VP9) return Codec.findDecoderByName(FF_DECODER_LIBVPX_VP9);
  return codecId === AV_CODEC_ID_VP8 ? Codec.findDecoderByName(FF_DECODER_LIBVPX_VP8) : null;
}

/** Decodes one video stream. */
export class Decoder {
  /** The frame that {@link receive} has decoded last; owned by the decoder. */
  readonly frame: Frame;
  /** How many packets could not be decoded, and how many frames are damaged. */
  damaged = 0;
  readonly #context: CodecContext;
  readonly #input: InputStream;
  readonly #name: string;
  readonly #deinterlacer: Deinterlacer;
  #timestamp = 0n;
  #next = 0n;
  #ended = false;
  /** Whether a decoded frame waits in {@link #decoded} until what came before it is deinterlaced. */
  #waiting = false;
  readonly #decoded = new Frame();

  /**
   * @param name - The input's name in messages.
   * @param options - `keepsAlpha`: decode alpha as well, where the stream has it; default false: faster. `deinterlace`: which
   * frames are deinterlaced; default `auto`: those that are interlaced. `isLive`: give each frame at once, on one thread; several keep
   * frames back, one each.
   * @throws {@link MediaError} `INPUT_UNREADABLE` if there is no decoder for it.
   */
  constructor(
    input: InputStream,
    name: string,
    {
      keepsAlpha = false,
      deinterlace = 'auto',
      isLive = false,
    }: {
      readonly keepsAlpha?: boolean;
      readonly deinterlace?: 'auto' | 'on' | 'off' | undefined;
      readonly isLive?: boolean;
    } = {},
  ) {
    const { codecId } = input.parameters;
    const codec = (keepsAlpha && alphaDecoder(input)) || Codec.findDecoder(codecId);
    if (!codec) {
      throw new MediaError(
        'INPUT_UNREADABLE',
        `${name} contains ${avGetCodecName(codecId) ?? 'video of an unknown codec'}, which this build of FFmpeg cannot decode.`,
      );
    }
    this.#input = input;
    this.#name = name;
    this.#context = new CodecContext();
    this.#context.allocContext3(codec);
    check(this.#context.parametersToContext(input.parameters), 'describe the video to its decoder');
    this.#context.pktTimebase = rational(input.timeBase);
    this.#context.threadCount = isLive ? 1 : Math.min(MAX_THREADS, availableParallelism());
    const ret = this.#context.open2Sync(codec, null);
    if (ret < 0) {
      this.#context.freeContext();
      throw new MediaError('INPUT_UNREADABLE', `The video in ${name} cannot be decoded.`, {
        cause: new FfmpegFailure('open the decoder', ret),
      });
    }
    this.#deinterlacer = new Deinterlacer({
      mode: deinterlace,
      codec: codecId,
      fieldOrder: this.#context.getOption('field_order', AV_OPT_TYPE_INT) ?? 0,
      sampleAspectRatio: input.stream.sampleAspectRatio,
    });
    this.frame = new Frame();
    this.frame.alloc();
    this.#decoded.alloc();
  }

  /** Whether any frame was interlaced and has been deinterlaced. */
  get deinterlaces(): boolean {
    return this.#deinterlacer.active;
  }

  /**
   * Sends a packet to the decoder. Call {@link receive} until there are no more frames.
   *
   * @param packet - The packet, `undefined` at the end.
   */
  send(packet: Packet | undefined): void {
    if (!packet) this.#ended = true;
    const ret = this.#context.sendPacketSync(packet ?? null);
    if (ret < 0 && ret !== AVERROR_EOF) this.damaged++;
  }

  /**
   * Decodes the next frame into {@link frame}, deinterlaced where that is due.
   *
   * @returns Whether there was one.
   * @throws `EngineError` `INPUT_TOO_LARGE`.
   */
  receive(): boolean {
    this.frame.unref();
    for (;;) {
      if (this.#deinterlacer.receive(this.frame)) {
        this.#timestamp = this.frame.pts;
        return true;
      }
      if (this.#waiting) this.#deinterlacer.reset();
      else if (!this.#decode()) {
        if (!this.#ended) return false;
        // The last frame waits for one after it.
        this.#ended = false;
        this.#deinterlacer.finish();
        continue;
      }
      if (!this.#deinterlacer.takes(this.#decoded)) {
        this.#timestamp = this.#decoded.pts;
        check(this.frame.ref(this.#decoded), 'keep a frame');
        this.#decoded.unref();
        return true;
      }
      this.#waiting = !this.#deinterlacer.accepts(this.#decoded);
      if (this.#waiting) this.#deinterlacer.finish();
      else {
        this.#deinterlacer.send(this.#decoded);
        this.#decoded.unref();
      }
    }
  }

  /** The current frame's timestamp in the stream's time base: the file's, or one duration after the last frame. */
  timestamp(): bigint {
    return this.#timestamp;
  }

  /** Discards what is buffered, after a seek. */
  flush(): void {
    this.#context.flushBuffers();
    this.#deinterlacer.reset();
    this.#decoded.unref();
    this.#waiting = false;
    this.#ended = false;
  }

  /** Frees the decoder. */
  dispose(): void {
    this.frame.free();
    this.#decoded.free();
    this.#deinterlacer.reset();
    this.#context.freeContext();
  }

  /** Decodes the next frame, and computes its timestamp. */
  #decode(): boolean {
    for (let failures = 0; failures < MAX_FAILURES; failures++) {
      const ret = this.#context.receiveFrameSync(this.#decoded);
      if (ret >= 0) {
        const frame = this.#decoded;
        // Frames may grow on the way: a header states the size of the first.
        assertInputSize('video', this.#name, frame);
        if (frame.hasFlags(AV_FRAME_FLAG_CORRUPT) || frame.decodeErrorFlags !== 0) this.damaged++;
        frame.pts = known(frame.bestEffortTimestamp) ?? known(frame.pts) ?? this.#next;
        this.#next = frame.pts + (frame.duration > 0n ? frame.duration : this.#usualDuration());
        return true;
      }
      if (ret === AVERROR_EAGAIN || ret === AVERROR_EOF) return false;
      this.damaged++;
    }
    return false;
  }

  #usualDuration(): bigint {
    const { num, den } = this.#input.stream.avgFrameRate;
    const { timeBase } = this.#input;
    return num > 0 ? BigInt(Math.max(1, Math.round((den * timeBase.den) / (num * timeBase.num)))) : 1n;
  }
}
