import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { type FrameTexture, TEXTURE } from '../../gpu/memory.js';
import type { ColorSpace } from '../color-space.js';
import { type Frame, type FrameShape, type PixelFormat, planeSizes } from '../frame.js';
import { betweenSpaces, fromRgb } from './colors.js';
import { type Flip, type GpuFrameSource, UPRIGHT } from './source.js';

/** The formats of input frames. */
type Format = Exclude<PixelFormat, 'I420A'>;

/** The texture format of each plane, and the bytes of its pixels. */
const TEXTURES: Readonly<Record<Format, readonly (readonly [format: GPUTextureFormat, bytes: number])[]>> = {
  I420: [
    ['r8unorm', 1],
    ['r8unorm', 1],
    ['r8unorm', 1],
  ],
  NV12: [
    ['r8unorm', 1],
    ['rg8unorm', 2],
  ],
  RGBA: [['rgba8unorm', 4]],
  BGRA: [['bgra8unorm', 4]],
};

/** Uploads frames from memory. */
export class PlaneUploader implements GpuFrameSource {
  readonly #device: GPUDevice;
  readonly #shape: FrameShape;
  readonly #colorSpace: ColorSpace;
  /** For the frames' format; recreated when it changes. */
  #planes: UploadedPlanes | undefined;

  /**
   * @param device - The device.
   * @param shape - Size, colour space and rotation of the frames.
   * @param colorSpace - The colour space that they are converted to. Default: their own.
   */
  constructor(device: GPUDevice, shape: FrameShape, colorSpace: ColorSpace = shape.colorSpace) {
    this.#device = device;
    this.#shape = shape;
    this.#colorSpace = colorSpace;
  }

  /**
   * Uploads a frame's pixels.
   *
   * @param frame - A frame of that shape; it may be overwritten afterwards.
   */
  upload({ format, planes }: Frame): void {
    if (format === 'I420A') return; // an output format only
    if (this.#planes?.format !== format) {
      this.#planes?.dispose();
      this.#planes = new UploadedPlanes(this.#device, format, this.#shape, this.#colorSpace);
    }
    const { textures } = this.#planes;
    planes.forEach(({ data, stride }, index) => {
      const texture = textures[index];
      if (!texture) return;
      const size = [texture.width, texture.height];
      this.#device.queue.writeTexture({ texture }, data, { bytesPerRow: stride }, size);
    });
  }

  encode(pass: GPUComputePassEncoder, target: FrameTexture, flip: Flip = UPRIGHT): void {
    this.#planes?.encode(pass, target, flip);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#planes?.dispose();
  }
}

/** The planes of one format. */
class UploadedPlanes {
  readonly format: Format;
  readonly textures: readonly GPUTexture[];
  readonly #views: readonly GPUTextureView[];
  readonly #kernel: Binding<'frame/gpu/rgb' | 'frame/gpu/planes'>;

  constructor(device: GPUDevice, format: Format, shape: FrameShape, colorSpace: ColorSpace) {
    this.format = format;
    const sizes = planeSizes(format, shape.width, shape.height);
    this.textures = TEXTURES[format].map(([textureFormat, bytes], index) => {
      const { rowBytes, rows } = sizes[index] ?? { rowBytes: 0, rows: 0 };
      return device.createTexture({
        label: `plane ${index} of ${format}`,
        size: [rowBytes / bytes, rows],
        format: textureFormat,
        usage: TEXTURE.TEXTURE_BINDING | TEXTURE.COPY_DST,
      });
    });
    this.#views = this.textures.map((texture) => texture.createView());
    this.#kernel = new Binding<'frame/gpu/rgb' | 'frame/gpu/planes'>(
      format === 'RGBA' || format === 'BGRA'
        ? new Kernel(device, 'frame/gpu/rgb', {
            entry: 'own',
            constants: fromRgb(colorSpace),
          })
        : new Kernel(device, 'frame/gpu/planes', {
            entry: format === 'I420' ? 'i420' : 'nv12',
            constants: betweenSpaces(shape.colorSpace, colorSpace),
          }),
    );
  }

  encode(pass: GPUComputePassEncoder, target: FrameTexture, flip: Flip): void {
    this.#kernel.kernel.write({ flipX: Number(flip.x), flipY: Number(flip.y) });
    this.#kernel.to(target.view, ...this.#views).run(pass, groups(target.width, 8), groups(target.height, 8));
  }

  dispose(): void {
    for (const texture of this.textures) texture.destroy();
    this.#kernel.dispose();
  }
}
