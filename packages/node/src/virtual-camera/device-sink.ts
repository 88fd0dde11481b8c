import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Frame, PixelSize } from '@elsewhere/engine';
import {
  AV_CODEC_ID_RAWVIDEO,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUYV422,
  AVERROR_EACCES,
  AVERROR_EBUSY,
  AVERROR_ENODEV,
  AVERROR_ENOENT,
  AVERROR_EPERM,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { FormatContext, Packet } from 'node-av/lib';
import { MediaError } from '../errors.js';
import { reason } from '../media/ffmpeg.js';
import { PackedFrame } from './packed-frame.js';
import type { Sink } from './sink.js';

/** The pixel formats that are written, by their names in v4l2loopback's `format`. */
const FORMATS = { YU12: AV_PIX_FMT_YUV420P, YUYV: AV_PIX_FMT_YUYV422 } as const;

/** What tests replace. */
export interface DeviceSinkParts {
  /** FFmpeg's muxer. */
  readonly muxer?: string;
  /** Where the kernel describes devices. */
  readonly sys?: string;
}

/** A loopback device: FFmpeg's muxer sets its format before the first frame, as v4l2loopback 0.14 requires. */
export class DeviceSink implements Sink {
  readonly isReady = true;
  readonly #path: string;
  readonly #size: PixelSize;
  /** Usually I420; YUYV where a reader still holds a device to that. */
  readonly #fourcc: keyof typeof FORMATS;
  readonly #frame: PackedFrame;
  /** The memory of {@link #frame}. */
  readonly #bytes: Buffer;
  readonly #format = new FormatContext();
  readonly #packet = new Packet();
  readonly #sys: string;
  #written = 0n;

  /**
   * @throws `MediaError` `VIRTUAL_CAMERA_UNAVAILABLE` if it cannot be opened.
   */
  constructor(path: string, size: PixelSize, parts: DeviceSinkParts = {}) {
    const { muxer = 'v4l2', sys = '/sys' } = parts;
    this.#path = path;
    this.#size = size;
    this.#sys = sys;
    this.#fourcc = loopbackFormat(path, sys)?.fourcc === 'YUYV' ? 'YUYV' : 'YU12';
    this.#frame = new PackedFrame(size, '', this.#fourcc === 'YUYV' ? 'YUYV' : 'I420');
    this.#bytes = Buffer.from(this.#frame.bytes.buffer);
    this.#packet.alloc();
    try {
      this.#check(this.#format.allocOutputContext2(null, muxer, path));
      const { codecpar } = this.#format.newStream(null);
      codecpar.codecType = AVMEDIA_TYPE_VIDEO;
      codecpar.codecId = AV_CODEC_ID_RAWVIDEO;
      codecpar.format = FORMATS[this.#fourcc];
      codecpar.width = size.width;
      codecpar.height = size.height;
      if (muxer !== 'v4l2') this.#check(this.#format.openOutputSync());
      this.#check(this.#format.writeHeaderSync(null));
      this.#assertFormat();
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  write(frame: Frame): void {
    this.#frame.store(frame);
    this.repeat();
  }

  repeat(): void {
    this.#packet.data = this.#bytes;
    this.#packet.pts = this.#written;
    this.#packet.dts = this.#written;
    this.#check(this.#format.writeFrameSync(this.#packet));
    this.#packet.unref();
    // Before 0.13 the format is shown after the first frame only.
    if (this.#written++ === 0n) this.#assertFormat();
  }

  poll(): void {}

  async close(): Promise<void> {
    this.#format.writeTrailerSync();
    this.#free();
  }

  #free(): void {
    this.#packet.free();
    this.#format.closeOutputSync();
    this.#format.freeContext();
  }

  /** The driver may keep another format than the one that is set, without an error: frames would be torn. */
  #assertFormat(): void {
    const { width, height } = this.#size;
    const actual = loopbackFormat(this.#path, this.#sys);
    if (!actual) return;
    if (actual.fourcc === this.#fourcc && actual.width === width && actual.height === height) return;
    throw new MediaError(
      'VIRTUAL_CAMERA_UNAVAILABLE',
      `${this.#path} is fixed to ${actual.width}x${actual.height} ${actual.fourcc}, because another program uses it: end that program, or make the device anew (see docs/virtual-camera.md).`,
    );
  }

  #check(ret: number): void {
    if (ret >= 0) return;
    throw new MediaError('VIRTUAL_CAMERA_UNAVAILABLE', explain(this.#path, ret));
  }
}

/** The format that v4l2loopback has for a device, as far as it has one. */
export function loopbackFormat(
  path: string,
  sys = '/sys',
): (PixelSize & { readonly fourcc: string }) | undefined {
  let text: string;
  try {
    text = readFileSync(join(sys, 'class/video4linux', basename(path), 'format'), 'utf8');
  } catch {
    return undefined;
  }
  const [, fourcc, width, height] = /^(....):(\d+)x(\d+)/.exec(text) ?? [];
  return fourcc === undefined ? undefined : { fourcc, width: Number(width), height: Number(height) };
}

function explain(path: string, ret: number): string {
  switch (ret) {
    case AVERROR_ENOENT:
    case AVERROR_ENODEV:
      return `There is no device ${path}. Make one: sudo modprobe v4l2loopback exclusive_caps=1 video_nr=${numberOf(path)} card_label=Elsewhere.`;
    case AVERROR_EACCES:
    case AVERROR_EPERM:
      return `${path} may not be written: add yourself to the group video (sudo usermod -aG video $USER), and log in again.`;
    case AVERROR_EBUSY:
      return `Another program writes to ${path}: end it, or give another device with --to.`;
    default:
      return `${path} cannot be used as a virtual camera: ${reason(ret)}. It has to be a device of v4l2loopback.`;
  }
}

function numberOf(path: string): string {
  return /\d+$/.exec(path)?.[0] ?? '10';
}
