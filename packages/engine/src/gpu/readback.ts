import { BUFFER, MAP_READ } from './usage.js';

/** How many results may be on their way. */
const RING = 3;

/** One result on its way. */
interface Slot<Note> {
  readonly buffer: GPUBuffer;
  isFree: boolean;
  note: Note | undefined;
}

/** Brings small results back, a frame or two late, while nobody waits for them. */
export class Readback<Note = undefined> {
  readonly #bytes: number;
  readonly #take: (result: ArrayBuffer, note: Note) => void;
  readonly #slots: readonly Slot<Note>[];
  /** What was encoded and not yet submitted. */
  #encoded: Slot<Note> | undefined;

  /**
   * @param device - Where the results are.
   * @param bytes - Of a result, a multiple of 4.
   * @param take - Gets each result, which is there during the call only, and what was noted of it.
   */
  constructor(device: GPUDevice, bytes: number, take: (result: ArrayBuffer, note: Note) => void) {
    this.#bytes = bytes;
    this.#take = take;
    const usage = BUFFER.MAP_READ | BUFFER.COPY_DST;
    this.#slots = Array.from({ length: RING }, () => ({
      buffer: device.createBuffer({ label: 'readback', size: bytes, usage }),
      isFree: true,
      note: undefined,
    }));
  }

  /**
   * Sends a result on its way; while too many are, it is left out.
   *
   * @param encoder - Where, after what computes the result.
   * @param from - Holds it at its beginning.
   * @param note - What is to be known of it when it arrives.
   * @returns Whether it is on its way.
   */
  encode(encoder: GPUCommandEncoder, from: GPUBuffer, note: Note): boolean {
    const slot = this.#slots.find(({ isFree }) => isFree);
    this.#encoded = slot;
    if (!slot) return false;
    slot.note = note;
    encoder.copyBufferToBuffer(from, 0, slot.buffer, 0, this.#bytes);
    return true;
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

  async #fetch(slot: Slot<Note>): Promise<void> {
    slot.isFree = false;
    let result: ArrayBuffer;
    try {
      await slot.buffer.mapAsync(MAP_READ);
      result = slot.buffer.getMappedRange();
    } catch {
      return; // disposed of, at the last moment perhaps, or the device is lost
    }
    this.#take(result, slot.note as Note);
    slot.buffer.unmap();
    slot.isFree = true;
  }
}
