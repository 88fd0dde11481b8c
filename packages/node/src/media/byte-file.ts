import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** A file with random access to its bytes. node-av does not give access to FFmpeg's chapters, so they are read and written here. */
export class ByteFile {
  /** In bytes. */
  size: number;
  readonly #file: number;

  /**
   * @param mode - `r` to read, `r+` to read and write.
   */
  constructor(path: string, mode: 'r' | 'r+') {
    this.#file = openSync(path, mode);
    this.size = fstatSync(this.#file).size;
  }

  /** Reads at most `length` bytes. */
  read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - position)));
    return bytes.subarray(0, readSync(this.#file, bytes, 0, bytes.length, position));
  }

  /** Writes bytes; the file grows where they reach beyond its end. */
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
