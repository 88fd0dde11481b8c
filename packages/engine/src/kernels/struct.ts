import type { Block } from './memory.js';

/**
 * A place in the kernels' memory, in bytes from its beginning. What the kernels take as a pointer is one of:
 *
 * - an 8-bit plane: begins at a multiple of 64, its stride is a multiple of 64 and at least its width. A kernel may read
 *   and write the padding of each row (its contents are undefined), and never touches what lies outside the rows;
 * - a 32-bit float plane: `width * height` floats without padding, begins at a multiple of 16. A kernel may read and
 *   write up to 64 bytes behind its end: every {@link Block} has that slack;
 * - tiles: one byte for each 16x16 luma pixels of a frame, row by row: 0 or 255 where the matte is just that everywhere in
 *   the tile, 1 elsewhere;
 * - scratch: as many bytes as the formula of `scratch.ts` says, begins at a multiple of 16. Contents do not matter
 *   before and after.
 */
export type Pointer = number;

/** A pointer to a struct of one kind: the structs are declared in `kernels/structs.ts`, `exports.ts` has their fields. */
export type StructPointer<Name extends string> = Pointer & { readonly struct: Name };

/** A struct in the kernels' memory; a class for each kind in `exports.ts` writes its fields. */
export abstract class Struct<Name extends string> {
  readonly pointer: StructPointer<Name>;
  protected readonly block: Block;

  /**
   * @param block - Where it lies; the struct's from now on.
   */
  constructor(block: Block) {
    this.block = block;
    this.pointer = block.pointer as StructPointer<Name>;
  }

  /** Frees the memory. */
  dispose(): void {
    this.block.free();
  }
}
