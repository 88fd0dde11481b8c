import {
  type FramePointer,
  FrameStruct,
  type PlanePointer,
  PlaneStruct,
  type RgbToYuvPointer,
} from '../kernels/exports.js';
import type { Kernels } from '../kernels/kernels.js';
import { planeStride } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { type ColorSpace, rgbToYuvMatrix } from './color-space.js';
import { copyPlane, type Frame, type FrameShape, type Plane, pixelAspectOf, type Rotation } from './frame.js';

/** One plane in the kernels' memory. */
export class PlaneMemory {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  /** What kernels know it by. */
  readonly descriptor: PlanePointer;
  readonly #block: Block;
  readonly #struct: PlaneStruct;

  /**
   * @param kernels - The kernels, in whose memory it lies.
   * @param width - In samples.
   * @param height - In samples.
   */
  constructor(kernels: Kernels, width: number, height: number) {
    this.width = width;
    this.height = height;
    this.stride = planeStride(width);
    this.#block = kernels.memory.allocate(this.stride * height);
    this.#struct = new PlaneStruct(kernels.memory.allocate(PlaneStruct.bytes));
    this.descriptor = this.#struct.write({ data: this.#block.pointer, stride: this.stride, width, height });
  }

  /** Its address for the kernels. */
  get pointer(): number {
    return this.#block.pointer;
  }

  /** Its bytes. Do not keep it: it is another object after the memory has grown. */
  get data(): Uint8Array {
    return this.#block.u8;
  }

  /** Copies a plane of the same size in. */
  write(plane: Plane): void {
    const { width, height, stride } = this;
    // The padding may be overwritten, too: it is unused.
    if (plane.stride === stride) this.data.set(plane.data.subarray(0, stride * (height - 1) + width));
    else copyPlane(plane, this, { rowBytes: width, rows: height });
  }

  /** Frees the memory. */
  dispose(): void {
    this.#block.free();
    this.#struct.dispose();
  }
}

/** A frame in the kernels' memory: always I420, with an alpha plane where asked for. */
export class FrameMemory {
  readonly width: number;
  readonly height: number;
  readonly colorSpace: ColorSpace;
  readonly rotation: Rotation;
  readonly pixelAspectRatio: number;
  readonly y: PlaneMemory;
  readonly u: PlaneMemory;
  readonly v: PlaneMemory;
  readonly alpha: PlaneMemory | undefined;
  /** What kernels know it by. */
  readonly descriptor: FramePointer;
  readonly #kernels: Kernels;
  readonly #struct: FrameStruct;
  /** The interleaved chroma of NV12, before it is deinterleaved. */
  #interleaved: PlaneMemory | undefined;
  /** The pixels of RGBA and BGRA, before they are converted. */
  #pixels: Block | undefined;
  #frame: Frame | undefined;

  /**
   * @param kernels - The kernels, in whose memory it lies.
   * @param like - Size, colour space and rotation of the frame.
   * @param format - `I420` or `I420A`.
   */
  constructor(kernels: Kernels, like: FrameShape, format: 'I420' | 'I420A') {
    ({ width: this.width, height: this.height, colorSpace: this.colorSpace, rotation: this.rotation } = like);
    this.pixelAspectRatio = pixelAspectOf(like);
    const chromaWidth = (this.width + 1) >> 1;
    const chromaHeight = (this.height + 1) >> 1;
    this.#kernels = kernels;
    this.y = new PlaneMemory(kernels, this.width, this.height);
    this.u = new PlaneMemory(kernels, chromaWidth, chromaHeight);
    this.v = new PlaneMemory(kernels, chromaWidth, chromaHeight);
    this.alpha = format === 'I420A' ? new PlaneMemory(kernels, this.width, this.height) : undefined;
    this.#struct = new FrameStruct(kernels.memory.allocate(FrameStruct.bytes));
    const { y, u, v } = this;
    this.descriptor = this.#struct.write({ y: y.descriptor, u: u.descriptor, v: v.descriptor });
  }

  /** Copies in the pixels of a frame of the same size. NV12's chroma is deinterleaved, RGBA and BGRA are converted. */
  write({ format, planes }: Frame): void {
    const [luma, second, third] = planes;
    if (format === 'RGBA' || format === 'BGRA') {
      if (luma) this.#convert(luma, format);
      return;
    }
    if (luma) this.y.write(luma);
    if (format === 'NV12') {
      if (second) this.#writeInterleaved(second);
    } else {
      if (second) this.u.write(second);
      if (third) this.v.write(third);
    }
  }

  /** Fills the whole frame with one colour. */
  fill(y: number, u: number, v: number): void {
    this.y.data.fill(y);
    this.u.data.fill(u);
    this.v.data.fill(v);
  }

  /** The frame as planes; valid until the memory is written or grows. */
  get frame(): Frame {
    if (this.#frame?.planes[0]?.data !== this.y.data) {
      const planes = [this.y, this.u, this.v].map(view);
      this.#frame = {
        format: this.alpha ? 'I420A' : 'I420',
        width: this.width,
        height: this.height,
        planes: this.alpha ? [...planes, view(this.alpha)] : planes,
        colorSpace: this.colorSpace,
        rotation: this.rotation,
        pixelAspectRatio: this.pixelAspectRatio,
      };
    }
    return this.#frame;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const plane of [this.y, this.u, this.v, this.alpha, this.#interleaved]) plane?.dispose();
    this.#struct.dispose();
    this.#pixels?.free();
  }

  #convert(pixels: Plane, format: 'RGBA' | 'BGRA'): void {
    const { width, height } = this;
    const { exports, memory } = this.#kernels;
    const rowBytes = width * 4;
    this.#pixels ??= memory.allocate(rowBytes * height);
    copyPlane(pixels, { data: this.#pixels.u8, stride: rowBytes }, { rowBytes, rows: height });
    const matrix = writeRgbToYuv(this.#kernels, this.colorSpace, format);
    exports.rgbaToI420(this.#pixels.pointer, this.descriptor, matrix);
  }

  #writeInterleaved(chroma: Plane): void {
    const { u, v } = this;
    this.#interleaved ??= new PlaneMemory(this.#kernels, u.width * 2, u.height);
    this.#interleaved.write(chroma);
    this.#kernels.exports.deinterleave(this.#interleaved.descriptor, u.descriptor, v.descriptor);
  }
}

/**
 * Writes how pixels become samples, for a call of `rgbaToI420`.
 *
 * @param kernels - Owner of the memory that the frames lie in.
 * @param colorSpace - Of the samples.
 * @param format - Of the pixels.
 */
export function writeRgbToYuv(
  kernels: Kernels,
  colorSpace: ColorSpace,
  format: 'RGBA' | 'BGRA',
): RgbToYuvPointer {
  const { yOffset, y, u, v } = rgbToYuvMatrix(colorSpace);
  const [red, blue] = format === 'RGBA' ? ([0, 2] as const) : ([2, 0] as const);
  return kernels.arguments.rgbToYuv.write({
    yOffset,
    ...{ yr: y[red], yg: y[1], yb: y[blue] },
    ...{ ur: u[red], ug: u[1], ub: u[blue] },
    ...{ vr: v[red], vg: v[1], vb: v[blue] },
  });
}

function view({ data, stride }: PlaneMemory): Plane {
  return { data, stride };
}
