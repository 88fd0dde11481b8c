import { BUFFER, MAP_READ } from './memory.js';

/** How many results may be in flight. */
const RING = 3;

/** A result in flight. */
interface Slot<Note> {
  readonly buffer: GPUBuffer;
  isFree: boolean;
  note: Note | undefined;
}

/** Reads small results back, a frame or two late; no frame waits for them. */
export class Readback<Note = undefined> {
  readonly #bytes: number;
  readonly #take: (result: ArrayBuffer, note: Note) => void;
  readonly #slots: readonly Slot<Note>[];
  /** What was encoded and not yet submitted. */
  #encoded: Slot<Note> | undefined;

  /**
   * @param device - Where the results are.
   * @param bytes - Of a result, a multiple of 4.
   * @param take - Receives each result, valid during the call only, and its note.
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
   * Encodes the readback of a result; it is left out while too many are in flight.
   *
   * @param encoder - Where it is encoded, after what computes the result.
   * @param from - Begins with the result.
   * @param note - Handed over with the result.
   * @returns Whether it was encoded.
   */
  encode(encoder: GPUCommandEncoder, from: GPUBuffer, note: Note): boolean {
    const slot = this.#slots.find(({ isFree }) => isFree);
    this.#encoded = slot;
    if (!slot) return false;
    slot.note = note;
    encoder.copyBufferToBuffer(from, 0, slot.buffer, 0, this.#bytes);
    return true;
  }

  /** Call when what was encoded has been submitted. */
  afterSubmit(): void {
    const slot = this.#encoded;
    this.#encoded = undefined;
    if (slot) void this.#fetch(slot);
  }

  /** Frees the memory. Results that have not arrived yet never do. */
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
      return; // disposed of, or the device was lost
    }
    this.#take(result, slot.note as Note);
    slot.buffer.unmap();
    slot.isFree = true;
  }
}
