import type { Frame, PixelSize } from '@elsewhere/engine';
import {
  AVERROR_EACCES,
  AVERROR_EAGAIN,
  AVERROR_EBUSY,
  AVERROR_ENODEV,
  AVERROR_ENOENT,
  AVERROR_EPERM,
  AVFMT_FLAG_NONBLOCK,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Device, Dictionary, FormatContext, InputFormat, Packet } from 'node-av/lib';
import { MediaError } from '../errors.js';
import { known, reason, seconds } from '../media/ffmpeg.js';
import { Decoder } from '../media/input/decoder.js';
import type { InputStream } from '../media/input/reader.js';
import { type CameraInput, DEFAULT_CAMERA, type LavfiInput } from '../media/input/source.js';
import { CameraFrames } from './camera-frames.js';

/** What is asked of a camera. */
export interface CameraFormat extends PixelSize {
  /** Frames per second. */
  readonly frameRate: number;
}

/** An open camera. */
export interface Camera {
  /**
   * The newest frame since the last call, at the size that was asked for; older ones are dropped.
   *
   * @param now - The time in milliseconds.
   * @returns The frame, valid until the next call; `undefined`: there is no new one.
   * @throws `MediaError` `DEVICE_UNAVAILABLE`: the camera is lost.
   */
  read(now: number): Frame | undefined;
  /** When to look for the next frame, in milliseconds. */
  readonly nextAt: number;
  /** Closes it; its light goes off. */
  close(): Promise<void>;
}

/** A camera, or what stands in for one. */
export type LiveInput = CameraInput | LavfiInput;

/** Between two looks for a frame that is due, in milliseconds. */
const POLL_MS = 2;

/** A camera is looked at so much before its next frame is due, as a part of the interval. */
const EARLY = 0.2;

/** In messages. */
export function nameOf(input: LiveInput): string {
  return input.type === 'lavfi' ? 'the generated video' : `the camera ${input.device ?? DEFAULT_CAMERA}`;
}

/**
 * What a camera can give, without opening it for recording: its light stays off.
 *
 * @returns Sizes and their highest frame rates; none: it does not say.
 */
export async function cameraFormats(input: LiveInput): Promise<readonly CameraFormat[]> {
  if (input.type === 'lavfi') {
    const format = await open(input, undefined);
    try {
      return [formatOf(videoOf(format, input))];
    } finally {
      await format.closeInput();
    }
  }
  const modes = await Device.modes(input.device ?? DEFAULT_CAMERA).catch(() => []);
  return modes.map(({ width, height, maxFrameRate }) => ({ width, height, frameRate: maxFrameRate }));
}

/**
 * Opens a camera.
 *
 * @param input - Which.
 * @param wanted - What is asked of it. Frames get this size, whatever the camera gives.
 * @throws `MediaError` `DEVICE_UNAVAILABLE`; for generated video `INPUT_UNREADABLE`.
 */
export async function openCamera(input: LiveInput, wanted: CameraFormat): Promise<Camera> {
  if (input.type === 'lavfi') return new OpenCamera(await open(input, undefined), input, wanted);
  const raw = await open(input, wanted);
  const given = formatOf(videoOf(raw, input));
  if (given.frameRate >= 0.9 * wanted.frameRate && given.width >= wanted.width)
    return new OpenCamera(raw, input, wanted);
  // Over USB, uncompressed frames of this size come less often, or not at all.
  await raw.closeInput();
  const compressed = await open(input, wanted, 'mjpeg').catch(() => undefined);
  return new OpenCamera(compressed ?? (await open(input, wanted)), input, wanted);
}

async function open(
  input: LiveInput,
  wanted: CameraFormat | undefined,
  codec?: 'mjpeg',
): Promise<FormatContext> {
  const isDevice = input.type === 'camera';
  const url = isDevice ? (input.device ?? DEFAULT_CAMERA) : input.graph;
  const demuxer = InputFormat.findInputFormat(isDevice ? 'v4l2' : 'lavfi');
  const options = wanted && {
    video_size: `${wanted.width}x${wanted.height}`,
    framerate: String(wanted.frameRate),
    ...(codec && { input_format: codec }),
  };
  const format = new FormatContext();
  format.allocContext();
  // Reading returns at once where there is no new frame.
  format.setFlags(AVFMT_FLAG_NONBLOCK);
  const ret = await format.openInput(url, demuxer, options && Dictionary.fromObject(options));
  if (ret >= 0) return format;
  if (!isDevice) {
    throw new MediaError('INPUT_UNREADABLE', `FFmpeg cannot open the graph "${url}": ${reason(ret)}.`);
  }
  throw new MediaError('DEVICE_UNAVAILABLE', explain(url, ret));
}

function explain(path: string, ret: number): string {
  switch (ret) {
    case AVERROR_ENOENT:
    case AVERROR_ENODEV:
      return `There is no camera ${path}: plug it in, or choose another one.`;
    case AVERROR_EACCES:
    case AVERROR_EPERM:
      return `The camera ${path} may not be opened: add yourself to the group video (sudo usermod -aG video $USER), and log in again.`;
    case AVERROR_EBUSY:
      return `The camera ${path} is in use by another program: end that program.`;
    default:
      return `${path} cannot be opened as a camera: ${reason(ret)}.`;
  }
}

function videoOf(format: FormatContext, input: LiveInput): InputStream {
  const stream = format.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  if (!stream) throw new MediaError('INPUT_NO_VIDEO', `There is no video in ${nameOf(input)}.`);
  return {
    stream,
    index: stream.index,
    type: AVMEDIA_TYPE_VIDEO,
    parameters: stream.codecpar,
    timeBase: { num: stream.timeBase.num, den: stream.timeBase.den },
    disposition: stream.disposition,
  };
}

function formatOf({ stream, parameters }: InputStream): CameraFormat {
  const { num, den } = stream.avgFrameRate;
  const { width, height } = parameters;
  return { width, height, frameRate: num > 0 && den > 0 ? num / den : 30 };
}

/** A camera that FFmpeg has opened. */
class OpenCamera implements Camera {
  nextAt = 0;
  readonly #format: FormatContext;
  readonly #input: LiveInput;
  readonly #video: InputStream;
  readonly #interval: number;
  readonly #decoder: Decoder;
  readonly #frames: CameraFrames;
  readonly #packet = new Packet();
  /** A packet that is not due yet. Only of generated video, which is there at any time. */
  readonly #ahead = new Packet();
  #hasAhead = false;
  /** When generated video began. */
  #start: number | undefined;

  constructor(format: FormatContext, input: LiveInput, wanted: CameraFormat) {
    this.#format = format;
    this.#input = input;
    try {
      this.#video = videoOf(format, input);
      this.#decoder = new Decoder(this.#video, nameOf(input), { deinterlace: 'off', isLive: true });
    } catch (error) {
      format.closeInputSync();
      throw error;
    }
    this.#interval = 1000 / formatOf(this.#video).frameRate;
    this.#frames = new CameraFrames(wanted, nameOf(input));
    this.#packet.alloc();
    this.#ahead.alloc();
  }

  read(now: number): Frame | undefined {
    const isNew = this.#input.type === 'lavfi' ? this.#readGenerated(now) : this.#readDevice(now);
    if (!isNew) return undefined;
    this.#decoder.send(this.#packet);
    this.#packet.unref();
    return this.#decoder.receive() ? this.#frames.convert(this.#decoder.frame) : undefined;
  }

  async close(): Promise<void> {
    this.#packet.free();
    this.#ahead.free();
    this.#frames.dispose();
    this.#decoder.dispose();
    await this.#format.closeInput();
  }

  #readDevice(now: number): boolean {
    let isNew = false;
    // All frames of a camera are complete pictures: those before the newest need not be decoded.
    while (this.#next()) {
      this.#packet.unref();
      this.#packet.ref(this.#ahead);
      this.#ahead.unref();
      isNew = true;
    }
    this.nextAt = now + (isNew ? (1 - EARLY) * this.#interval : POLL_MS);
    return isNew;
  }

  #readGenerated(now: number): boolean {
    this.#start ??= now;
    let isNew = false;
    for (;;) {
      this.#hasAhead ||= this.#next();
      const pts = known(this.#ahead.pts) ?? 0n;
      this.nextAt = this.#start + 1000 * seconds(pts, this.#video.timeBase);
      if (this.nextAt > now) return isNew;
      this.#packet.unref();
      this.#packet.ref(this.#ahead);
      this.#ahead.unref();
      this.#hasAhead = false;
      isNew = true;
    }
  }

  /** Reads a packet of the video into {@link #ahead}. */
  #next(): boolean {
    for (;;) {
      const ret = this.#format.readFrameSync(this.#ahead);
      if (ret === AVERROR_EAGAIN) return false;
      if (ret < 0) {
        throw new MediaError(
          'DEVICE_UNAVAILABLE',
          `The connection to ${nameOf(this.#input)} was lost: ${reason(ret)}.`,
        );
      }
      if (this.#ahead.streamIndex === this.#video.index) return true;
      this.#ahead.unref();
    }
  }
}
