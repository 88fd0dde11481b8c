import { shaderModule } from '../../gpu/kernel.js';
import type { Texture } from '../../gpu/memory.js';
import type { ColorSpace } from '../color-space.js';
import { toRgb } from './colors.js';

/** Draws frames on a canvas. */
export class CanvasPainter {
  readonly #device: GPUDevice;
  readonly #pipeline: GPURenderPipeline;
  /** For the last frame: it is usually the same texture. */
  #bound: { readonly picture: Texture; readonly group: GPUBindGroup } | undefined;

  /**
   * @param device - The device.
   * @param format - The canvas's.
   * @param colorSpace - The frames'.
   */
  constructor(device: GPUDevice, format: GPUTextureFormat, colorSpace: ColorSpace) {
    const module = shaderModule(device, 'frame/gpu/canvas');
    this.#device = device;
    this.#pipeline = device.createRenderPipeline({
      label: 'canvas',
      layout: 'auto',
      vertex: { module, entryPoint: 'corner' },
      fragment: { module, entryPoint: 'color', constants: toRgb(colorSpace), targets: [{ format }] },
    });
  }

  /**
   * Draws a frame as stored.
   *
   * @param encoder - Where it is encoded.
   * @param picture - The frame.
   * @param canvas - Of the same size; it receives premultiplied alpha.
   */
  paint(encoder: GPUCommandEncoder, picture: Texture, canvas: GPUTextureView): void {
    const pass = encoder.beginRenderPass({
      label: 'canvas',
      colorAttachments: [{ view: canvas, loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#groupFor(picture));
    pass.draw(3);
    pass.end();
  }

  #groupFor(picture: Texture): GPUBindGroup {
    if (this.#bound?.picture !== picture) {
      const group = this.#device.createBindGroup({
        layout: this.#pipeline.getBindGroupLayout(0),
        entries: [{ binding: 1, resource: picture.view }],
      });
      this.#bound = { picture, group };
    }
    return this.#bound.group;
  }
}
