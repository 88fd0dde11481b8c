import { assertFrame, copyShape, type FrameShape, isAlike, type Rotation } from '../../frame/frame.js';
import { PlaneUploader } from '../../frame/gpu/planes.js';
import { FrameTexture } from '../../gpu/memory.js';
import type { Fit, VideoSource } from '../background.js';
import { BLACK } from '../solid.js';
import type { GpuBackdrop } from './backdrop.js';
import { GpuFitter } from './fitter.js';
import { solidTexture } from './solid.js';

/** The video's frames at their own size. */
interface Own {
  readonly shape: FrameShape;
  readonly uploader: PlaneUploader;
  readonly frame: FrameTexture;
  readonly fitter: GpuFitter;
}

/** A video background. */
export class GpuVideoBackdrop implements GpuBackdrop {
  readonly #device: GPUDevice;
  readonly #video: VideoSource;
  readonly #fit: Fit;
  readonly #texture: FrameTexture;
  /** Recreated when the video's size changes. */
  #own: Own | undefined;
  /** Whether the video has a frame for the frame that is encoded next. */
  #hasFrame = false;

  /**
   * @param device - Where it runs.
   * @param like - Size, colour space and rotation of the frames.
   * @param video - Supplies the frames.
   * @param fit - How they fit into the frame.
   */
  constructor(device: GPUDevice, like: FrameShape, video: VideoSource, fit: Fit) {
    this.#device = device;
    this.#video = video;
    this.#fit = fit;
    this.#texture = solidTexture(device, like, BLACK);
  }

  prepare(timestamp: number): void {
    const frame = this.#video.frameAt(timestamp);
    this.#hasFrame = frame !== undefined;
    if (!frame) return;
    assertFrame(frame);
    this.#ownFor(frame).uploader.upload(frame);
  }

  encode(pass: GPUComputePassEncoder): FrameTexture {
    if (this.#own && this.#hasFrame) {
      const { uploader, frame, fitter } = this.#own;
      uploader.encode(pass, frame);
      fitter.encode(pass);
    }
    return this.#texture;
  }

  dispose(): void {
    this.#texture.dispose();
    this.#disposeOwn();
  }

  #ownFor(video: FrameShape): Own {
    if (this.#own && isAlike(this.#own.shape, video)) return this.#own;
    this.#disposeOwn();
    const device = this.#device;
    const texture = this.#texture;
    const shape = copyShape(video);
    const turn = ((shape.rotation - texture.rotation + 360) % 360) as Rotation;
    const frame = new FrameTexture(device, { ...shape, colorSpace: texture.colorSpace }, 'video');
    this.#own = {
      shape,
      uploader: new PlaneUploader(device, shape, texture.colorSpace),
      frame,
      fitter: new GpuFitter(device, frame, texture, { fit: this.#fit, turn, isSubsampled: true }),
    };
    return this.#own;
  }

  #disposeOwn(): void {
    if (!this.#own) return;
    const { uploader, frame, fitter } = this.#own;
    for (const each of [uploader, frame, fitter]) each.dispose();
    this.#own = undefined;
  }
}
