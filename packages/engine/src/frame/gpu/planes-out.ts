import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { storage, type Texture } from '../../gpu/memory.js';
import { BUFFER, MAP_READ } from '../../gpu/usage.js';
import { type Frame, type FrameShape, type Plane, planeSizes } from '../frame.js';

/** Where a plane lies among the others. */
interface Extent {
  readonly offset: number;
  readonly bytes: number;
  readonly stride: number;
}

/** Gives pictures to the processor's memory. */
export class PlaneReader {
  readonly #shape: FrameShape;
  readonly #format: 'I420' | 'I420A';
  readonly #extents: readonly Extent[];
  readonly #luma: Binding;
  readonly #chroma: Binding;
  readonly #planes: GPUBuffer;
  /** Two, so that one frame is read while the next is computed. The one that was copied to last is the first. */
  readonly #staging: [GPUBuffer, GPUBuffer];

  /**
   * @param device - Where the pictures are.
   * @param shape - What they are like.
   * @param format - What they become.
   */
  constructor(device: GPUDevice, shape: FrameShape, format: 'I420' | 'I420A') {
    this.#shape = shape;
    this.#format = format;
    let end = 0;
    this.#extents = planeSizes(format, shape.width, shape.height).map(({ rowBytes, rows }) => {
      const stride = Math.ceil(rowBytes / 4) * 4;
      const extent = { offset: end, bytes: stride * rows, stride };
      end += extent.bytes;
      return extent;
    });
    const constants = { HAS_ALPHA: Number(format === 'I420A') };
    this.#luma = new Binding(new Kernel(device, 'frame/gpu/planes-out', { entry: 'luma', constants }));
    this.#chroma = new Binding(new Kernel(device, 'frame/gpu/planes-out', { entry: 'chroma' }));
    this.#planes = storage(device, end, 'planes');
    const staging = () =>
      device.createBuffer({
        label: 'planes to read',
        size: end,
        usage: BUFFER.MAP_READ | BUFFER.COPY_DST,
      });
    this.#staging = [staging(), staging()];
  }

  /**
   * Makes the planes.
   *
   * @param pass - Where.
   * @param picture - The picture.
   */
  encode(pass: GPUComputePassEncoder, picture: Texture): void {
    const { width, height, view } = picture;
    this.#luma.to(view, this.#planes).run(pass, groups(width, 32), groups(height, 8));
    this.#chroma.to(view, this.#planes).run(pass, groups(width, 64), groups(height, 16));
  }

  /** Encodes the way back, after the pass. The frame that was read two frames ago is gone from now on. */
  copy(encoder: GPUCommandEncoder): void {
    this.#staging.reverse();
    const [target] = this.#staging;
    target.unmap();
    encoder.copyBufferToBuffer(this.#planes, 0, target, 0, target.size);
  }

  /**
   * Reads what was submitted last.
   *
   * @returns The picture, valid until the call of {@link PlaneReader.copy} after the next.
   */
  async read(): Promise<Frame> {
    const [staging] = this.#staging;
    await staging.mapAsync(MAP_READ);
    const range = staging.getMappedRange();
    const planes = this.#extents.map(
      ({ offset, bytes, stride }): Plane => ({ data: new Uint8Array(range, offset, bytes), stride }),
    );
    const { width, height, colorSpace, rotation } = this.#shape;
    return { format: this.#format, width, height, planes, colorSpace, rotation };
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const buffer of [this.#planes, ...this.#staging]) buffer.destroy();
    this.#luma.dispose();
    this.#chroma.dispose();
  }
}
