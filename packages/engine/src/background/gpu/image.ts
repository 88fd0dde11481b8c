import type { Frame, FrameShape } from '../../frame/frame.js';
import { PlaneUploader } from '../../frame/gpu/planes.js';
import { inverseRotation } from '../../frame/rotation.js';
import { FrameTexture } from '../../gpu/memory.js';
import type { Fit, RgbaImage } from '../background.js';
import type { GpuBackdrop } from './backdrop.js';
import { GpuFitter } from './fitter.js';

/** What fits the image into the frame, once. */
interface Drawing {
  readonly uploader: PlaneUploader;
  readonly converted: FrameTexture;
  readonly fitter: GpuFitter;
}

/** An image background: converted and fitted into the frame with the first frame. */
export class GpuImageBackdrop implements GpuBackdrop {
  readonly #device: GPUDevice;
  readonly #texture: FrameTexture;
  /** Until it is drawn. */
  #drawing: Drawing | undefined;

  /**
   * @param device - Where it lies.
   * @param like - Size, colour space and rotation of the frames.
   * @param image - The upright image; no side longer than the device's textures may be.
   * @param fit - How it fits into the frame.
   */
  constructor(device: GPUDevice, like: FrameShape, image: RgbaImage, fit: Fit) {
    const { width, height, data } = image;
    const { colorSpace, rotation } = like;
    const planes = [{ data, stride: width * 4 }];
    const frame: Frame = { format: 'RGBA', width, height, planes, colorSpace, rotation: 0 };
    const uploader = new PlaneUploader(device, frame);
    const converted = new FrameTexture(device, frame, 'image');
    const turn = inverseRotation(rotation);
    this.#device = device;
    this.#texture = new FrameTexture(device, like, 'image in the frame');
    const fitter = new GpuFitter(device, converted, this.#texture, { fit, turn, isSubsampled: false });
    uploader.upload(frame);
    this.#drawing = { uploader, converted, fitter };
  }

  encode(): FrameTexture {
    if (this.#drawing) this.#draw(this.#drawing);
    return this.#texture;
  }

  dispose(): void {
    this.#disposeDrawing();
    this.#texture.dispose();
  }

  /** Submits commands of its own, before those of the frame, so that the image as it came need not be kept. */
  #draw({ uploader, converted, fitter }: Drawing): void {
    const encoder = this.#device.createCommandEncoder({ label: 'image' });
    const pass = encoder.beginComputePass();
    uploader.encode(pass, converted);
    fitter.encode(pass);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
    this.#disposeDrawing();
  }

  #disposeDrawing(): void {
    if (!this.#drawing) return;
    const { uploader, converted, fitter } = this.#drawing;
    for (const each of [uploader, converted, fitter]) each.dispose();
    this.#drawing = undefined;
  }
}
