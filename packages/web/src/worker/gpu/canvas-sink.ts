import { CanvasPainter, type Commands, type FrameTexture, type GpuSink } from '@elsewhere/engine/gpu';

/** What the next picture has besides its pixels. */
export interface PictureTime {
  readonly timestamp: number;
  readonly duration: number | null;
}

/** Makes `VideoFrame`s of pictures on the GPU: they are drawn on a canvas, and the frame is a copy of it there. */
export class CanvasSink implements GpuSink<VideoFrame> {
  readonly #device: GPUDevice;
  readonly #format: GPUTextureFormat;
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context: GPUCanvasContext;
  #painter: { readonly like: FrameTexture['colorSpace']; readonly painter: CanvasPainter } | undefined;
  #time: PictureTime = { timestamp: 0, duration: null };
  #hasAlpha: boolean | undefined;

  /**
   * @param device - Where the pictures are.
   * @param gpu - Tells the canvas's format.
   */
  constructor(device: GPUDevice, gpu: GPU) {
    const context = this.#canvas.getContext('webgpu') as GPUCanvasContext | null;
    if (!context) throw new Error('There is no WebGPU canvas here.');
    this.#device = device;
    this.#format = gpu.getPreferredCanvasFormat();
    this.#context = context;
  }

  /**
   * Says what the next picture is to be.
   *
   * @param time - Its time.
   * @param hasAlpha - Whether what is not there is transparent; else it is black.
   */
  next(time: PictureTime, hasAlpha: boolean): void {
    this.#time = time;
    if (hasAlpha === this.#hasAlpha) return;
    this.#hasAlpha = hasAlpha;
    const alphaMode = hasAlpha ? 'premultiplied' : 'opaque';
    this.#context.configure({ device: this.#device, format: this.#format, alphaMode });
  }

  encode(commands: Commands, picture: FrameTexture): void {
    const { width, height, colorSpace } = picture;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    if (this.#painter?.like !== colorSpace) {
      const painter = new CanvasPainter(this.#device, this.#format, colorSpace);
      this.#painter = { like: colorSpace, painter };
    }
    this.#painter.painter.paint(commands.encoder, picture, this.#context.getCurrentTexture().createView());
  }

  take(): VideoFrame {
    const { timestamp, duration } = this.#time;
    return new VideoFrame(this.#canvas, { timestamp, ...(duration !== null && { duration }) });
  }

  discard(frame: VideoFrame): void {
    frame.close();
  }

  /** Lets the canvas go. */
  dispose(): void {
    this.#context.unconfigure();
  }
}
