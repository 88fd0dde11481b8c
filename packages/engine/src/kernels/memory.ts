import { EngineError } from '../errors.js';

/** Every block begins at a multiple of this, in bytes; a plane's stride must be a multiple of it, too. */
export const ALIGNMENT = 64;

/** Unused bytes behind every block: the kernels may run over the end of a float plane into them. */
export const SLACK = 64;

const PAGE = 65536;

/** A part of the kernels' memory. Whoever allocated it frees it. */
export interface Block {
  /** Where it begins, a multiple of {@link ALIGNMENT}. */
  readonly pointer: number;
  /** As many as were asked for; {@link SLACK} more may be written behind them. */
  readonly bytes: number;
  /**
   * Its bytes. Do not keep it: it goes blind when the memory grows. The block remembers it and makes a new one only then.
   *
   * @throws {@link EngineError} `DISPOSED` after {@link Block.free}.
   */
  readonly u8: Uint8Array;
  /**
   * Its bytes as 32-bit floats (as many as fit whole). Do not keep it, as with {@link Block.u8}.
   *
   * @throws {@link EngineError} `DISPOSED` after {@link Block.free}.
   */
  readonly f32: Float32Array;
  /** Its bytes as 32-bit integers, likewise. */
  readonly i32: Int32Array;
  /** Gives the bytes back. A second call does nothing. */
  free(): void;
}

/** Free bytes, from `start` up to `end`. */
interface Gap {
  start: number;
  end: number;
}

/**
 * Hands out parts of a WebAssembly memory: the first gap that is large enough; neighbouring gaps are joined. The memory
 * grows when no gap will do, and never shrinks.
 */
export class KernelMemory {
  readonly #memory: WebAssembly.Memory;
  /** In the order of their addresses; no two of them touch. */
  readonly #gaps: Gap[];
  #used = 0;
  /** What was allocated since {@link allOrNothing} began. */
  #journal: Block[] | undefined;

  /**
   * @param memory - The memory to hand out. Only this object may grow it.
   * @param heapBase - The first byte that may be handed out.
   */
  constructor(memory: WebAssembly.Memory, heapBase: number) {
    this.#memory = memory;
    this.#gaps = [{ start: align(heapBase), end: memory.buffer.byteLength }];
  }

  /** Bytes that are handed out now, with the slack of each block. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes of the whole memory, used or not. */
  get totalBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Allocates a block. Its contents are undefined.
   *
   * @param bytes - A whole number from 0.
   * @returns The block, to be freed by the caller.
   * @throws RangeError if it is not.
   * @throws {@link EngineError} `OUT_OF_MEMORY` if the memory cannot grow far enough.
   */
  allocate(bytes: number): Block {
    if (!Number.isInteger(bytes) || bytes < 0) throw new RangeError(`There is no block of ${bytes} bytes.`);
    const size = align(bytes) + SLACK;
    const gap = this.#gaps.find(({ start, end }) => end - start >= size) ?? this.#grow(size);
    const { start } = gap;
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(this.#gaps.indexOf(gap), 1);
    this.#used += size;
    const block = new AllocatedBlock(this.#memory, start, bytes, () => this.#release(start, start + size));
    this.#journal?.push(block);
    return block;
  }

  /**
   * Makes something of several blocks. If that throws, all blocks that were allocated meanwhile are given back.
   *
   * @param make - What to do.
   * @returns What it returned.
   * @throws What it threw.
   */
  allOrNothing<T>(make: () => T): T {
    const outer = this.#journal;
    const journal: Block[] = [];
    this.#journal = journal;
    try {
      const made = make();
      outer?.push(...journal);
      return made;
    } catch (error) {
      for (const block of journal) block.free();
      throw error;
    } finally {
      this.#journal = outer;
    }
  }

  /** Grows the memory until its last gap has `size` bytes. */
  #grow(size: number): Gap {
    const end = this.#memory.buffer.byteLength;
    const last = this.#gaps.at(-1);
    const gap = last?.end === end ? last : { start: align(end), end };
    try {
      this.#memory.grow(Math.ceil((size - (end - gap.start)) / PAGE));
    } catch (cause) {
      throw new EngineError(
        'OUT_OF_MEMORY',
        `The kernels' memory of ${end} bytes cannot grow by ${size} bytes: use smaller frames or backgrounds, or free something else.`,
        { cause },
      );
    }
    gap.end = this.#memory.buffer.byteLength;
    if (gap !== last) this.#gaps.push(gap);
    return gap;
  }

  #release(start: number, end: number): void {
    this.#used -= end - start;
    const found = this.#gaps.findIndex((gap) => gap.start >= end);
    const index = found < 0 ? this.#gaps.length : found;
    const before = this.#gaps[index - 1];
    const after = this.#gaps[index];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    if (joinsBefore && joinsAfter) {
      before.end = after.end;
      this.#gaps.splice(index, 1);
    } else if (joinsBefore) {
      before.end = end;
    } else if (joinsAfter) {
      after.start = start;
    } else {
      this.#gaps.splice(index, 0, { start, end });
    }
  }
}

/** A part of the kernels' memory that was not allocated: freeing it does nothing. */
export function blockAt(memory: WebAssembly.Memory, pointer: number, bytes: number): Block {
  return new AllocatedBlock(memory, pointer, bytes, () => {});
}

class AllocatedBlock implements Block {
  readonly pointer: number;
  readonly bytes: number;
  readonly #memory: WebAssembly.Memory;
  #release: (() => void) | undefined;
  #u8: Uint8Array;
  #f32: Float32Array;
  #i32: Int32Array;

  constructor(memory: WebAssembly.Memory, pointer: number, bytes: number, release: () => void) {
    this.#memory = memory;
    this.pointer = pointer;
    this.bytes = bytes;
    this.#release = release;
    this.#u8 = new Uint8Array(memory.buffer, pointer, bytes);
    this.#f32 = new Float32Array(memory.buffer, pointer, Math.floor(bytes / 4));
    this.#i32 = new Int32Array(memory.buffer, pointer, Math.floor(bytes / 4));
  }

  get u8(): Uint8Array {
    this.#refresh();
    return this.#u8;
  }

  get f32(): Float32Array {
    this.#refresh();
    return this.#f32;
  }

  get i32(): Int32Array {
    this.#refresh();
    return this.#i32;
  }

  free(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  /** Makes the views anew if the memory has grown since. */
  #refresh(): void {
    if (!this.#release) {
      throw new EngineError('DISPOSED', "This block of the kernels' memory was freed: allocate a new one.");
    }
    const { buffer } = this.#memory;
    if (this.#u8.buffer === buffer) return;
    this.#u8 = new Uint8Array(buffer, this.pointer, this.bytes);
    this.#f32 = new Float32Array(buffer, this.pointer, Math.floor(this.bytes / 4));
    this.#i32 = new Int32Array(buffer, this.pointer, Math.floor(this.bytes / 4));
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
