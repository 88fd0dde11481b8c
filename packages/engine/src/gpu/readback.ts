import { BUFFER, MAP_READ } from './usage.js';

/** How many results may be on their way. */
const RING = 3;

/** One result on its way. */
interface Slot {
  readonly buffer: GPUBuffer;
  isFree: boolean;
}

/** Brings small results back, a frame or two late, while nobody waits for them. */
export class Readback {
  readonly #bytes: number;
  readonly #take: (result: ArrayBuffer) => void;
  readonly #slots: readonly Slot[];
  /** What was encoded and not yet submitted. */
  #encoded: Slot | undefined;

  /**
   * @param device - Where the results are.
   * @param bytes - Of a result, a multiple of 4.
   * @param take - Gets each result, which is there during the call only.
   */
  constructor(device: GPUDevice, bytes: number, take: (result: ArrayBuffer) => void) {
    this.#bytes = bytes;
    this.#take = take;
    const usage = BUFFER.MAP_READ | BUFFER.COPY_DST;
    this.#slots = Array.from({ length: RING }, () => ({
      buffer: device.createBuffer({ label: 'readback', size: bytes, usage }),
      isFree: true,
    }));
  }

  /**
   * Sends a result on its way; while too many are, it is left out.
   *
   * @param encoder - Where, after what computes the result.
   * @param from - Holds it.
   * @param offset - From which byte on. Default 0.
   */
  encode(encoder: GPUCommandEncoder, from: GPUBuffer, offset = 0): void {
    this.#encoded = this.#slots.find(({ isFree }) => isFree);
    if (this.#encoded) encoder.copyBufferToBuffer(from, offset, this.#encoded.buffer, 0, this.#bytes);
  }

  /** To be called when what was encoded has been submitted. */
  afterSubmit(): void {
    const slot = this.#encoded;
    this.#encoded = undefined;
    if (slot) void this.#fetch(slot);
  }

  /** Gives the memory back. What is still on its way does not arrive. */
  dispose(): void {
    for (const { buffer } of this.#slots) buffer.destroy();
  }

  async #fetch(slot: Slot): Promise<void> {
    slot.isFree = false;
    try {
      await slot.buffer.mapAsync(MAP_READ);
    } catch {
      return; // disposed of, or the device is lost
    }
    this.#take(slot.buffer.getMappedRange());
    slot.buffer.unmap();
    slot.isFree = true;
  }
}
