import type { Frame } from '@elsewhere/engine';
import type { PlanesMessage } from '../engine/protocol.js';
import type { FrameSink } from '../output/frame-sink.js';
import type { FrameListener, FrameSource } from './frame-source.js';
import type { FrameOrigin } from './frame-writer.js';
import { type PlanarFrame, PlanarVideoFrame, toPlanar } from './planar-frame.js';

/** Over the port from the engine's worker, where frames come as planes: those that come out, and at last `null`. */
export type PlanesOutputMessage = PlanarFrame | null;

/**
 * Takes a session's frames as planes, and sends those that come out as planes. A frame is closed when it is being processed, or when
 * it is dropped: then the next one may come, and a frame that comes out gets its memory. New memory costs more than all copies.
 */
export class PlanesChannel implements FrameSource, FrameSink {
  readonly keepsSize = false;
  readonly #source: MessagePort;
  readonly #output: MessagePort;
  #spare: ArrayBuffer | undefined;

  /**
   * @param source - The channel's from now on, like `output`: see `PlanesMessage`.
   * @param output - See `PlanesOutputMessage`.
   */
  constructor(source: MessagePort, output: MessagePort) {
    this.#source = source;
    this.#output = output;
  }

  start(listener: FrameListener): void {
    this.#source.onmessage = ({ data }: MessageEvent<PlanesMessage>) => {
      if (data.type !== 'frame') return;
      const frame = new PlanarVideoFrame(data.frame, () => {
        this.#spare = data.frame.data;
        this.#source.postMessage({ type: 'taken' } satisfies PlanesMessage);
      });
      listener.frame(frame);
    };
  }

  stop(): void {
    this.#source.close();
  }

  /** @throws TypeError always: the GPU has no planes to give. */
  send(): void {
    throw new TypeError('Frames of the GPU cannot be sent as planes.');
  }

  write(frame: Frame, origin: FrameOrigin): void {
    const planar = toPlanar(frame, origin, this.#spare);
    this.#spare = undefined;
    this.#post(planar, [planar.data]);
  }

  end(): void {
    this.#post(null, []);
  }

  #post(message: PlanesOutputMessage, transfer: Transferable[]): void {
    this.#output.postMessage(message, transfer);
  }
}
