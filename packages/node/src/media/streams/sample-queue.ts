import type { AVSampleFormat } from 'node-av/constants';
import { avGetBytesPerSample, avSampleFmtIsPlanar, Frame } from 'node-av/lib';
import { check } from '../ffmpeg.js';
import type { Laid } from '../timeline/index.js';
import type { ChannelLayout } from './channels.js';

/** What an encoder takes. */
export interface SampleFormat {
  readonly format: AVSampleFormat;
  readonly layout: ChannelLayout;
  readonly rate: number;
  /** Samples in each of its frames; 0 if it takes any number. */
  readonly frameSize: number;
}

/** For encoders that take any number of samples. */
const ANY_SIZE = 1024;

/** Collects samples in frames of an encoder's size. */
export class SampleQueue {
  readonly #wanted: SampleFormat;
  readonly #size: number;
  /** Bytes of a sample in each plane. */
  readonly #stride: number;
  #frame: Frame | undefined;
  #planes: readonly Buffer[] = [];
  /** Samples in the current frame. */
  #filled = 0;
  /** Samples in the frames before it. */
  #sent = 0;

  /**
   * @param wanted - The encoder's format; signed integers or floating point, so that zeros are silence.
   */
  constructor(wanted: SampleFormat) {
    this.#wanted = wanted;
    this.#size = wanted.frameSize || ANY_SIZE;
    const bytes = avGetBytesPerSample(wanted.format);
    this.#stride = avSampleFmtIsPlanar(wanted.format) ? bytes : bytes * wanted.layout.nbChannels;
  }

  /**
   * Adds silence and samples.
   *
   * @param from - Samples in the encoder's format.
   * @param laid - What to take of them.
   * @param encode - Receives each frame that is full; it is reused after this returns.
   */
  add(from: Frame, { silence, skip, take }: Laid, encode: (frame: Frame) => void): void {
    this.#fill(silence, undefined, 0, encode);
    if (take > 0) this.#fill(take, from.extendedData ?? from.data ?? [], skip, encode);
  }

  /** Passes on the samples of the last frame, which is not full. */
  flush(encode: (frame: Frame) => void): void {
    if (!this.#frame || this.#filled === 0) return;
    this.#frame.nbSamples = this.#filled;
    this.#send(this.#frame, encode);
  }

  /** Frees the frame. */
  dispose(): void {
    this.#frame?.free();
    this.#frame = undefined;
  }

  #fill(
    count: number,
    planes: readonly Buffer[] | undefined,
    skip: number,
    encode: (frame: Frame) => void,
  ): void {
    const stride = this.#stride;
    for (let done = 0; done < count; ) {
      const frame = this.#writable();
      const part = Math.min(count - done, this.#size - this.#filled);
      const [to, from, end] = [this.#filled * stride, (skip + done) * stride, (skip + done + part) * stride];
      for (const [index, plane] of this.#planes.entries()) {
        const source = planes?.[index];
        if (source) source.copy(plane, to, from, end);
        else plane.fill(0, to, to + part * stride);
      }
      this.#filled += part;
      done += part;
      if (this.#filled === this.#size) this.#send(frame, encode);
    }
  }

  #send(frame: Frame, encode: (frame: Frame) => void): void {
    frame.pts = BigInt(this.#sent);
    encode(frame);
    this.#sent += this.#filled;
    this.#filled = 0;
  }

  /** The current frame; a new one if the encoder still reads the last. */
  #writable(): Frame {
    if (this.#frame && (this.#filled > 0 || this.#frame.isWritable)) return this.#frame;
    this.#frame?.free();
    const { format, layout, rate } = this.#wanted;
    const frame = new Frame();
    frame.alloc();
    frame.format = format;
    frame.channelLayout = layout;
    frame.sampleRate = rate;
    frame.nbSamples = this.#size;
    check(frame.allocBuffer(), 'allocate a frame of audio');
    this.#frame = frame;
    this.#planes = frame.extendedData ?? frame.data ?? [];
    return frame;
  }
}
