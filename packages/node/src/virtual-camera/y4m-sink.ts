import { constants, createWriteStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { Frame, PixelSize } from '@elsewhere/engine';
import { MediaError } from '../errors.js';
import { PackedFrame } from './packed-frame.js';
import type { Sink } from './sink.js';

/** How long {@link Y4mSink.close} waits for a reader to take the last frame, in milliseconds. */
const LAST_FRAME_MS = 500;

/** How a {@link Y4mSink} gets to its reader. */
export interface Y4mTarget {
  /** In messages. */
  readonly name: string;
  /** Opens it; `undefined`: nobody reads it yet. */
  connect(): Writable | undefined;
  /** Whether it is opened again for the next reader, with a header of its own, when one has gone. */
  readonly reconnects: boolean;
}

/** y4m: uncompressed video that FFmpeg, mpv and many other programs read. */
export class Y4mSink implements Sink {
  readonly #target: Y4mTarget;
  readonly #frame: PackedFrame;
  readonly #header: string;
  #stream: Writable | undefined;
  #isWriting = false;
  #failure: Error | undefined;

  /**
   * @param frameRate - Frames per second.
   */
  constructor(target: Y4mTarget, size: PixelSize, frameRate: number) {
    const { width, height } = size;
    this.#target = target;
    this.#frame = new PackedFrame(size, 'FRAME\n');
    const rate = Number.isInteger(frameRate) ? `${frameRate}:1` : `${Math.round(frameRate * 1000)}:1000`;
    this.#header = `YUV4MPEG2 W${width} H${height} F${rate} Ip A1:1 C420mpeg2 XYSCSS=420MPEG2 XCOLORRANGE=LIMITED\n`;
    this.poll();
  }

  get isReady(): boolean {
    return this.#stream !== undefined && !this.#isWriting;
  }

  get readers(): number | undefined {
    return this.#target.reconnects ? Number(this.#stream !== undefined) : undefined;
  }

  write(frame: Frame): void {
    this.#frame.store(frame);
    this.repeat();
  }

  repeat(): void {
    this.#throwFailure();
    this.#isWriting = true;
    this.#stream?.write(this.#frame.bytes, () => {
      this.#isWriting = false;
    });
  }

  poll(): void {
    this.#throwFailure();
    if (this.#stream) return;
    const stream = this.#connect();
    if (!stream) return;
    this.#stream = stream;
    this.#isWriting = false;
    stream.on('error', (error) => this.#lose(stream, error));
    stream.on('close', () => this.#lose(stream, undefined));
    stream.write(this.#header);
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    this.#stream = undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => stream.destroy(), LAST_FRAME_MS);
      stream.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      stream.end();
    });
  }

  #connect(): Writable | undefined {
    const target = this.#target;
    try {
      return target.connect();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MediaError('OUTPUT_UNWRITABLE', `${target.name} cannot be written: ${why}.`, { cause });
    }
  }

  #lose(stream: Writable, error: Error | undefined): void {
    stream.destroy();
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    if (this.#target.reconnects) return;
    const why = isClosedPipe(error) ? 'its reader has gone' : (error?.message ?? 'it was closed');
    const { name } = this.#target;
    this.#failure = new MediaError('OUTPUT_UNWRITABLE', `${name} cannot be written any more: ${why}.`, {
      cause: error,
    });
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }
}

/** Whether writing failed because nobody reads any more. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** A file that does not exist yet. */
export function fileTarget(path: string): Y4mTarget {
  return {
    name: path,
    reconnects: false,
    connect: () => createWriteStream(path, { fd: openSync(path, 'wx') }),
  };
}

/** A named pipe: each reader gets a stream of its own. */
export function pipeTarget(path: string): Y4mTarget {
  return {
    name: path,
    reconnects: true,
    connect() {
      try {
        // Without a reader this fails, where it would wait otherwise.
        return streamOf(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENXIO') return undefined;
        throw error;
      }
    },
  };
}

/** Standard output. */
export function standardOutput(): Y4mTarget {
  return {
    name: 'Standard output',
    reconnects: false,
    connect() {
      if (isatty(1)) throw new Error('it is a terminal: connect a program to it, as in | ffplay -');
      return streamOf(1);
    },
  };
}

/** A stream that does not block this thread where its reader is slow. */
function streamOf(fd: number): Writable {
  const found = fstatSync(fd);
  const hasReader = found.isFIFO() || found.isSocket();
  return hasReader ? new Socket({ fd, readable: false, writable: true }) : createWriteStream('', { fd });
}
