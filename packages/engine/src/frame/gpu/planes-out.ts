import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { BUFFER, MAP_READ, storage, type Texture } from '../../gpu/memory.js';
import { copyShape, type Frame, type FrameShape, type Plane, planeSizes } from '../frame.js';

/** The position of a plane in the buffer. */
interface Extent {
  readonly offset: number;
  readonly bytes: number;
  readonly stride: number;
}

/** Reads frames back to memory, as planes. */
export class PlaneReader {
  readonly #shape: FrameShape;
  readonly #format: 'I420' | 'I420A';
  readonly #extents: readonly Extent[];
  readonly #luma: Binding;
  readonly #chroma: Binding;
  readonly #planes: GPUBuffer;
  /** Two, so that one frame is read while the next is computed. The first is the one that was copied to last. */
  readonly #staging: [GPUBuffer, GPUBuffer];

  /**
   * @param device - The device.
   * @param shape - Size, colour space and rotation of the frames.
   * @param format - The format of the planes.
   */
  constructor(device: GPUDevice, shape: FrameShape, format: 'I420' | 'I420A') {
    this.#shape = copyShape(shape);
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
   * Encodes the conversion to planes.
   *
   * @param pass - Where it is encoded.
   * @param frame - The frame.
   */
  encode(pass: GPUComputePassEncoder, frame: Texture): void {
    const { width, height, view } = frame;
    this.#luma.to(view, this.#planes).run(pass, groups(width, 32), groups(height, 8));
    this.#chroma.to(view, this.#planes).run(pass, groups(width, 64), groups(height, 16));
  }

  /** Encodes the copy, after the pass. It invalidates the frame that was read two frames ago. */
  copy(encoder: GPUCommandEncoder): void {
    this.#staging.reverse();
    const [target] = this.#staging;
    target.unmap();
    encoder.copyBufferToBuffer(this.#planes, 0, target, 0, target.size);
  }

  /**
   * Reads what was submitted last.
   *
   * @returns The frame, valid until the call of {@link PlaneReader.copy} after the next.
   */
  async read(): Promise<Frame> {
    const [staging] = this.#staging;
    await staging.mapAsync(MAP_READ);
    const range = staging.getMappedRange();
    const planes = this.#extents.map(
      ({ offset, bytes, stride }): Plane => ({ data: new Uint8Array(range, offset, bytes), stride }),
    );
    return { ...this.#shape, format: this.#format, planes };
  }

  /** Frees the memory. */
  dispose(): void {
    for (const buffer of [this.#planes, ...this.#staging]) buffer.destroy();
    this.#luma.dispose();
    this.#chroma.dispose();
  }
}
