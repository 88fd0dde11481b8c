import { recoloring } from '../frame/color-space.js';
import { assertFrame, type Frame, isAlike, type Rotation } from '../frame/frame.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Backdrop } from './backdrop.js';
import type { Fit, VideoSource } from './background.js';
import { Fitter } from './fitter.js';
import { BLACK, solidPlanes } from './solid.js';

/** A video background. */
export class VideoBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #video: VideoSource;
  readonly #fit: Fit;
  readonly #planes: FrameMemory;
  /** The video's frame at its own size, and what fits it into ours; recreated when its size changes. */
  #own: { readonly frame: FrameMemory; readonly fitter: Fitter } | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size, colour space and rotation.
   * @param video - Supplies the frames.
   * @param fit - How they fit into the frame.
   */
  constructor(kernels: Kernels, like: FrameMemory, video: VideoSource, fit: Fit) {
    this.#kernels = kernels;
    this.#video = video;
    this.#fit = fit;
    this.#planes = solidPlanes(kernels, like, BLACK);
  }

  render(_source: unknown, _matte: unknown, timestamp: number): FrameMemory {
    const frame = this.#video.frameAt(timestamp);
    if (frame) this.#show(frame);
    return this.#planes;
  }

  placeholder(timestamp: number): FrameMemory {
    return this.render(undefined, undefined, timestamp);
  }

  dispose(): void {
    this.#planes.dispose();
    this.#disposeOwn();
  }

  #show(frame: Frame): void {
    assertFrame(frame);
    const { frame: own, fitter } = this.#ownFor(frame);
    own.write(frame);
    recolor(this.#kernels, own, this.#planes);
    fitter.run(own, this.#planes);
  }

  #ownFor(frame: Frame): { readonly frame: FrameMemory; readonly fitter: Fitter } {
    const own = this.#own;
    if (own && isAlike(own.frame, frame)) return own;
    this.#disposeOwn();
    const kernels = this.#kernels;
    const turn = ((frame.rotation - this.#planes.rotation + 360) % 360) as Rotation;
    this.#own = kernels.memory.allOrNothing(() => {
      const memory = new FrameMemory(kernels, frame, 'I420');
      return { frame: memory, fitter: new Fitter(kernels, this.#fit, memory, turn, this.#planes) };
    });
    return this.#own;
  }

  #disposeOwn(): void {
    this.#own?.frame.dispose();
    this.#own?.fitter.dispose();
    this.#own = undefined;
  }
}

/** Converts a frame's samples to another frame's colour space, in place. */
function recolor(kernels: Kernels, frame: FrameMemory, like: FrameMemory): void {
  const change = recoloring(frame.colorSpace, like.colorSpace);
  if (!change) return;
  const [yy, yu, yv, y0, uu, uv, u0, vu, vv, v0] = change;
  const matrix = kernels.arguments.yuvToYuv.write({ yy, yu, yv, y0, uu, uv, u0, vu, vv, v0 });
  kernels.exports.recolor(frame.descriptor, matrix);
}
