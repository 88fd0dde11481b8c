import type { Frame, Plane } from '@elsewhere/engine';
import { EncodedPacket, EncodedVideoPacketSource } from 'mediabunny';
import { type FrameOrigin, FrameWriter } from '../media/frame-writer.js';

/** Bit rates for colour and alpha, in bits per pixel and second. */
const COLOR_BITS = 3;
const ALPHA_BITS = 1;

/** How many frames may be queued in an encoder. */
const MAX_QUEUE = 4;

/** The colour space of the grey frames that carry the alpha. */
const GREY: VideoColorSpaceInit = {
  matrix: 'bt709',
  primaries: 'bt709',
  transfer: 'bt709',
  fullRange: true,
};

/** Seconds between key frames. */
const KEY_INTERVAL = 2;

/**
 * Encodes frames with alpha as WebM stores them: VP9 colour, with VP9 alpha as side data. mediabunny does the same, but in a
 * worker from a `blob:` URL, which a strict policy forbids.
 */
export class AlphaSource {
  /** The track to add to the output. */
  readonly track = new EncodedVideoPacketSource('vp9');
  readonly #writer = new FrameWriter();
  readonly #color: VideoEncoder;
  readonly #alpha: VideoEncoder;
  readonly #colors: { chunk: EncodedVideoChunk; meta: EncodedVideoChunkMetadata | undefined }[] = [];
  readonly #alphas: EncodedVideoChunk[] = [];
  #grey: Plane | undefined;
  #lastKey = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();
  #error: unknown;

  constructor() {
    const error = (reason: unknown) => {
      this.#error ??= reason;
    };
    this.#color = new VideoEncoder({
      output: (chunk, meta) => {
        this.#colors.push({ chunk, meta });
        this.#join();
      },
      error,
    });
    this.#alpha = new VideoEncoder({
      output: (chunk) => {
        this.#alphas.push(chunk);
        this.#join();
      },
      error,
    });
  }

  /**
   * Encodes a frame.
   *
   * @param frame - I420A; only read during the call.
   * @param origin - Its time and colour space.
   * @param shown - The size at which it is displayed, in pixels.
   */
  async add(frame: Frame, origin: FrameOrigin, shown: { width: number; height: number }): Promise<void> {
    if (this.#color.state === 'unconfigured') this.#configure(frame, shown);
    const keyFrame = origin.timestamp - this.#lastKey >= KEY_INTERVAL * 1e6;
    if (keyFrame) this.#lastKey = origin.timestamp;
    const [y, u, v, a] = frame.planes;
    if (!y || !u || !v || !a) throw new TypeError('A frame without alpha');
    const color: Frame = { ...frame, format: 'I420', planes: [y, u, v] };
    // The alpha is the luma of a grey frame.
    this.#grey ??= greyOf(frame);
    const alpha: Frame = { ...color, planes: [a, this.#grey, this.#grey] };
    encode(this.#color, this.#writer.write(color, origin), keyFrame);
    encode(this.#alpha, this.#writer.write(alpha, { ...origin, colorSpace: GREY }), keyFrame);
    while (this.#color.encodeQueueSize > MAX_QUEUE || this.#alpha.encodeQueueSize > MAX_QUEUE) {
      this.#assertFine();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await this.#writing;
    this.#assertFine();
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    if (this.#color.state === 'configured') await Promise.all([this.#color.flush(), this.#alpha.flush()]);
    await this.#writing;
    this.#assertFine();
    this.close();
  }

  /** Closes the encoders. */
  close(): void {
    for (const encoder of [this.#color, this.#alpha]) if (encoder.state !== 'closed') encoder.close();
  }

  #configure({ width, height }: Frame, shown: { width: number; height: number }): void {
    const common = {
      // Profile 0, 8 bits; level 4.1 goes up to 1080p, 6.2 to everything.
      codec: width * height <= 1920 * 1088 ? 'vp09.00.41.08' : 'vp09.00.62.08',
      width,
      height,
      displayWidth: shown.width,
      displayHeight: shown.height,
      latencyMode: 'quality',
    } as const;
    this.#color.configure({ ...common, bitrate: COLOR_BITS * width * height });
    this.#alpha.configure({ ...common, bitrate: ALPHA_BITS * width * height });
  }

  /** Writes each frame as soon as its colour and its alpha are encoded. */
  #join(): void {
    while (this.#colors.length > 0 && this.#alphas.length > 0) {
      const color = this.#colors.shift();
      const alpha = this.#alphas.shift();
      if (!color || !alpha) return;
      const data = new Uint8Array(alpha.byteLength);
      alpha.copyTo(data);
      const packet = EncodedPacket.fromEncodedChunk(color.chunk, { alpha: data });
      this.#writing = this.#writing
        .then(() => this.track.add(packet, color.meta))
        .catch((reason) => {
          this.#error ??= reason;
        });
    }
  }

  #assertFine(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}

function encode(encoder: VideoEncoder, frame: VideoFrame, keyFrame: boolean): void {
  try {
    encoder.encode(frame, { keyFrame });
  } finally {
    frame.close();
  }
}

function greyOf({ width, height }: Frame): Plane {
  const stride = (width + 1) >> 1;
  return { data: new Uint8Array(stride * ((height + 1) >> 1)).fill(128), stride };
}
