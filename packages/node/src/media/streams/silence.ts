import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AC3,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_MP3,
  AV_CODEC_ID_PCM_S16LE,
  AV_CODEC_ID_PCM_U8,
  type AVCodecID,
} from 'node-av/constants';
import { CodecContext, type CodecParameters, Frame, Packet } from 'node-av/lib';
import { check, encoderNamed, rational } from '../ffmpeg.js';

const ENCODERS: Partial<Readonly<Record<AVCodecID, string>>> = {
  [AV_CODEC_ID_AAC]: 'aac',
  [AV_CODEC_ID_AC3]: 'ac3',
  [AV_CODEC_ID_MP2]: 'mp2',
  [AV_CODEC_ID_MP3]: 'libmp3lame',
};

/** Uncompressed sound: the bytes of a sample, and the value of silence. */
const RAW: Partial<Readonly<Record<AVCodecID, readonly [bytes: number, zero: number]>>> = {
  [AV_CODEC_ID_PCM_S16LE]: [2, 0],
  [AV_CODEC_ID_PCM_U8]: [1, 0x80],
};

/** The packet of silence that is taken: those before it may hold what an encoder starts with. */
const STEADY = 3;

/** Silence as packets that fit between those of a track that is copied. */
export class Silence {
  /** Samples in each packet of the track; `undefined` where that differs. */
  readonly #size: number | undefined;
  readonly #bytes: number;
  readonly #make: (samples: number) => Buffer;

  private constructor(size: number | undefined, bytes: number, make: (samples: number) => Buffer) {
    this.#size = size;
    this.#bytes = bytes;
    this.#make = make;
  }

  /**
   * Silence for a track.
   *
   * @param parameters - Those of the track.
   * @returns `undefined` if there is none that fits.
   */
  static for(parameters: CodecParameters): Silence | undefined {
    const { codecId, channels } = parameters;
    const [width, zero = 0] = RAW[codecId] ?? [];
    if (width !== undefined) {
      const bytes = width * channels;
      return new Silence(undefined, bytes, (samples) => Buffer.alloc(samples * bytes, zero));
    }
    const name = ENCODERS[codecId];
    const packet = name === undefined ? undefined : encodeSilence(name, parameters);
    return packet && new Silence(packet.samples, 0, () => packet.data);
  }

  /** The samples of a packet of the track. */
  samplesIn(packet: Packet): number {
    return this.#size ?? Math.floor(packet.size / this.#bytes);
  }

  /**
   * Packets of silence.
   *
   * @param samples - How long it is wanted.
   * @returns Nothing for less than half a packet; each with its number of samples. To be freed by the caller.
   */
  *packets(samples: number): Generator<{ readonly packet: Packet; readonly samples: number }> {
    const size = this.#size ?? samples;
    const count = size > 0 ? Math.round(samples / size) : 0;
    for (let index = 0; index < count; index++) {
      const packet = new Packet();
      packet.alloc();
      packet.data = this.#make(size);
      packet.isKeyframe = true;
      yield { packet, samples: size };
    }
  }
}

/** A packet of silence as the encoder makes it; `undefined` if its packets may have another length than those of the track. */
function encodeSilence(
  name: string,
  parameters: CodecParameters,
): { readonly samples: number; readonly data: Buffer } | undefined {
  const codec = encoderNamed(name);
  if (!codec) return undefined;
  const { codecId, sampleRate, channelLayout, bitRate } = parameters;
  const encoder = new CodecContext();
  const frame = new Frame();
  const packet = new Packet();
  try {
    encoder.allocContext3(codec);
    const format = codec.sampleFormats?.[0];
    if (format === undefined) return undefined;
    encoder.sampleRate = sampleRate;
    encoder.sampleFormat = format;
    encoder.channelLayout = channelLayout;
    encoder.timeBase = rational({ num: 1, den: sampleRate });
    if (bitRate > 0n) encoder.bitRate = bitRate;
    if (encoder.open2Sync(codec, null) < 0) return undefined;
    const samples = encoder.frameSize;
    // AAC has packets of two lengths; those of the other codecs follow from the rate.
    if (codecId === AV_CODEC_ID_AAC && parameters.frameSize !== samples) return undefined;
    frame.alloc();
    frame.format = format;
    frame.channelLayout = channelLayout;
    frame.sampleRate = sampleRate;
    frame.nbSamples = samples;
    check(frame.allocBuffer(), 'allocate a frame of silence');
    for (const plane of frame.extendedData ?? frame.data ?? []) plane.fill(0);
    packet.alloc();
    for (let sent = 0, received = 0; sent < 2 * STEADY + 2; sent++) {
      frame.pts = BigInt(sent * samples);
      check(encoder.sendFrameSync(frame), 'encode silence');
      while (encoder.receivePacketSync(packet) >= 0) {
        received++;
        if (received === STEADY && packet.data) return { samples, data: Buffer.from(packet.data) };
        packet.unref();
      }
    }
    return undefined;
  } finally {
    encoder.freeContext();
    frame.free();
    packet.free();
  }
}
