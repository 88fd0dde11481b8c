import { type Compilation, ShaderCompiler } from '../../gpu/compiler.js';
import type { Texture } from '../../gpu/memory.js';
import type { ColorSpace } from '../color-space.js';
import { toRgb } from './colors.js';

/**
 * Draws frames on a canvas. It is compiled in the background: create it before the first frame or in `GpuSink.prepare`, so that
 * the backend waits for it.
 *
 * @example
 * ```ts
 * const format = 'rgba8unorm';
 * const context = canvas.getContext('webgpu');
 * context.configure({ device, format, alphaMode: 'premultiplied' });
 * const painter = new CanvasPainter(device, format, frame.colorSpace);
 * const sink = {
 *   encode(commands, output) {
 *     painter.paint(commands.encoder, output, context.getCurrentTexture().createView());
 *   },
 *   take() {},
 *   discard() {},
 * };
 * using pipeline = await Pipeline.create({ backend: createGpuBackend({ device, kernels, segmenter, sink }) });
 * const { kind } = await pipeline.process(frame, 0);
 * console.log(kind); // processed
 * ```
 */
export class CanvasPainter {
  readonly #device: GPUDevice;
  readonly #compilation: Compilation<GPURenderPipeline>;
  /** For the last frame: it is usually the same texture. */
  #bound: { readonly frame: Texture; readonly group: GPUBindGroup } | undefined;

  /**
   * @param device - The device.
   * @param format - The canvas's.
   * @param colorSpace - The frames'.
   */
  constructor(device: GPUDevice, format: GPUTextureFormat, colorSpace: ColorSpace) {
    const entryPoints = { vertex: 'corner', fragment: 'color' };
    this.#device = device;
    this.#compilation = ShaderCompiler.of(device).render(
      'frame/gpu/canvas',
      entryPoints,
      toRgb(colorSpace),
      format,
    );
  }

  /**
   * Draws a frame as stored.
   *
   * @param encoder - Where it is encoded.
   * @param frame - The frame.
   * @param canvas - Of the same size; it receives premultiplied alpha.
   */
  paint(encoder: GPUCommandEncoder, frame: Texture, canvas: GPUTextureView): void {
    const { pipeline } = this.#compilation;
    const pass = encoder.beginRenderPass({
      label: 'canvas',
      colorAttachments: [{ view: canvas, loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.#groupFor(frame, pipeline));
    pass.draw(3);
    pass.end();
  }

  #groupFor(frame: Texture, pipeline: GPURenderPipeline): GPUBindGroup {
    if (this.#bound?.frame !== frame) {
      const group = this.#device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [{ binding: 1, resource: frame.view }],
      });
      this.#bound = { frame, group };
    }
    return this.#bound.group;
  }
}
