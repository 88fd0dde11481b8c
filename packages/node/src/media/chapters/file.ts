import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** A file whose bytes are read and replaced at places. FFmpeg has no way to chapters from here, so they are done by hand. */
export class ByteFile {
  /** In bytes. */
  size: number;
  readonly #file: number;

  /**
   * @param path - The file's path.
   * @param mode - `r` to read, `r+` to write too.
   */
  constructor(path: string, mode: 'r' | 'r+') {
    this.#file = openSync(path, mode);
    this.size = fstatSync(this.#file).size;
  }

  /** Reads as many bytes as there are, at most `length`. */
  read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - position)));
    return bytes.subarray(0, readSync(this.#file, bytes, 0, bytes.length, position));
  }

  /** Writes bytes; those beyond the end make the file longer. */
  write(position: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, position + done);
    }
    this.size = Math.max(this.size, position + bytes.length);
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#file);
  }
}
