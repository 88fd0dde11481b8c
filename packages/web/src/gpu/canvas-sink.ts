import type { ColorSpace, FrameShape } from '@elsewhere/engine';
import { CanvasPainter, type Commands, type FrameTexture, type GpuSink } from '@elsewhere/engine/gpu';

/** When the next output is displayed. */
export interface OutputTime {
  readonly timestamp: number;
  readonly duration: number | null;
}

/** A canvas, opaque or with alpha. */
interface Surface {
  readonly canvas: OffscreenCanvas;
  readonly context: GPUCanvasContext;
  readonly hasAlpha: boolean;
}

/** Makes `VideoFrame`s of textures: they are drawn on a canvas, and the frame is a copy of it on the GPU. */
export class CanvasSink implements GpuSink<VideoFrame> {
  readonly #device: GPUDevice;
  readonly #format: GPUTextureFormat;
  #surface: Surface;
  #painter: { readonly colorSpace: ColorSpace; readonly painter: CanvasPainter } | undefined;
  #time: OutputTime = { timestamp: 0, duration: null };

  /**
   * @param device - The device of the textures.
   * @param gpu - Has the canvas's preferred format.
   */
  constructor(device: GPUDevice, gpu: GPU) {
    this.#device = device;
    this.#format = gpu.getPreferredCanvasFormat();
    this.#surface = this.#open(false);
  }

  /**
   * Prepares for the next output.
   *
   * @param time - Its time.
   * @param hasAlpha - Whether it has alpha; else it is opaque.
   */
  next(time: OutputTime, hasAlpha: boolean): void {
    this.#time = time;
    if (hasAlpha === this.#surface.hasAlpha) return;
    // In Chromium 156, frames of a canvas that was opaque stay opaque when it is configured again.
    this.#surface.context.unconfigure();
    this.#surface = this.#open(hasAlpha);
  }

  prepare({ colorSpace }: Pick<FrameShape, 'colorSpace'>): void {
    this.#painterFor(colorSpace);
  }

  encode(commands: Commands, output: FrameTexture): void {
    const { width, height, colorSpace } = output;
    const { canvas, context } = this.#surface;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const painter = this.#painterFor(colorSpace);
    painter.paint(commands.encoder, output, context.getCurrentTexture().createView());
  }

  take(): VideoFrame {
    const { timestamp, duration } = this.#time;
    return new VideoFrame(this.#surface.canvas, { timestamp, ...(duration !== null && { duration }) });
  }

  discard(frame: VideoFrame): void {
    frame.close();
  }

  #painterFor(colorSpace: ColorSpace): CanvasPainter {
    if (this.#painter?.colorSpace === colorSpace) return this.#painter.painter;
    const painter = new CanvasPainter(this.#device, this.#format, colorSpace);
    this.#painter = { colorSpace, painter };
    return painter;
  }

  #open(hasAlpha: boolean): Surface {
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('webgpu') as GPUCanvasContext | null;
    if (!context) throw new Error('This browser has no WebGPU canvas in workers.');
    const alphaMode = hasAlpha ? 'premultiplied' : 'opaque';
    context.configure({ device: this.#device, format: this.#format, alphaMode });
    return { canvas, context, hasAlpha };
  }
}
