import type { ColorSpace } from '../frame/color-space.js';
import { type FrameShape, pixelAspectOf, type Rotation } from '../frame/frame.js';

// WebGPU's flags, under names of our own: the types of workers lack them, and Node has no globals of them.

/** What buffers may be used for: GPUBufferUsage. */
export const BUFFER = {
  MAP_READ: 0x1,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  UNIFORM: 0x40,
  STORAGE: 0x80,
  QUERY_RESOLVE: 0x200,
} as const;

/** What textures may be used for: GPUTextureUsage. */
export const TEXTURE = {
  COPY_SRC: 0x1,
  COPY_DST: 0x2,
  TEXTURE_BINDING: 0x4,
  STORAGE_BINDING: 0x8,
  RENDER_ATTACHMENT: 0x10,
} as const;

/** To map a buffer for reading: GPUMapMode.READ. */
export const MAP_READ = 0x1;

/** A buffer for shaders to read and write, of zeros at first. */
export function storage(device: GPUDevice, bytes: number, label: string): GPUBuffer {
  const usage = BUFFER.STORAGE | BUFFER.COPY_SRC | BUFFER.COPY_DST;
  return device.createBuffer({ label, size: Math.ceil(bytes / 4) * 4, usage });
}

/** A texture of four channels of 8 bit, for shaders to read and write. */
export class Texture {
  readonly width: number;
  readonly height: number;
  readonly texture: GPUTexture;
  readonly view: GPUTextureView;

  /**
   * @param device - Where it lies.
   * @param size - In pixels.
   * @param label - For error messages.
   */
  constructor(
    device: GPUDevice,
    { width, height }: { readonly width: number; readonly height: number },
    label: string,
  ) {
    this.width = width;
    this.height = height;
    this.texture = device.createTexture({
      label,
      size: [width, height],
      format: 'rgba8unorm',
      usage: TEXTURE.STORAGE_BINDING | TEXTURE.TEXTURE_BINDING | TEXTURE.COPY_SRC | TEXTURE.COPY_DST,
    });
    this.view = this.texture.createView();
  }

  /** Frees the memory. */
  dispose(): void {
    this.texture.destroy();
  }
}

/**
 * A frame on the GPU, as stored: Y, U and V of each pixel in red, green and blue, in the frame's own colour space, and in
 * alpha its opacity. Chroma has a sample for each pixel here.
 */
export class FrameTexture extends Texture {
  readonly colorSpace: ColorSpace;
  readonly rotation: Rotation;
  readonly pixelAspectRatio: number;

  /**
   * @param device - Where it lies.
   * @param shape - What the frame is like.
   * @param label - For error messages.
   */
  constructor(device: GPUDevice, shape: FrameShape, label: string) {
    super(device, shape, label);
    this.colorSpace = shape.colorSpace;
    this.rotation = shape.rotation;
    this.pixelAspectRatio = pixelAspectOf(shape);
  }
}

/** The matte on the GPU: in red the mixture, in green the alpha (see the CPU backend's `Matte`), of the frame's size. */
export type MatteTexture = Texture;
