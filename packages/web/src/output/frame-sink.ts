import type { Frame, PixelSize } from '@elsewhere/engine';
import { type FrameOrigin, FrameWriter } from '../media/frame-writer.js';

/** Over the port from the engine's worker to the output worker: frames, and at last `null`. */
export type OutputMessage = VideoFrame | null;

/** Takes the frames that come out of a session. */
export interface FrameSink {
  /**
   * Whether frames that are scaled down to save time have to be displayed at their full size: the recorders of Firefox, whose
   * outputs are canvases, fail when a canvas grows.
   */
  readonly keepsSize: boolean;
  /** Takes a frame that the GPU has made, which the sink owns unless this throws. */
  send(frame: VideoFrame): void;
  /**
   * Copies a frame that the CPU has made.
   *
   * @param frame - I420 or I420A.
   * @param origin - From the original frame.
   * @param shownSize - The size at which the frame is displayed. Default: its own.
   */
  write(frame: Frame, origin: FrameOrigin, shownSize: PixelSize | undefined): void;
  /** No further frame comes. */
  end(): void;
}

/**
 * The port to the output worker. It is closed at the other end, after the last frame: closing a port drops the messages in
 * transit, and their frames would stay open.
 */
export class OutputPort implements FrameSink {
  readonly keepsSize: boolean;
  readonly #port: MessagePort;
  readonly #writer = new FrameWriter();

  /**
   * @param port - The sink's from now on.
   * @param keepsSize - See {@link FrameSink.keepsSize}.
   */
  constructor(port: MessagePort, keepsSize: boolean) {
    this.#port = port;
    this.keepsSize = keepsSize;
  }

  send(frame: VideoFrame): void {
    this.#post(frame, [frame]);
  }

  write(frame: Frame, origin: FrameOrigin, shownSize: PixelSize | undefined): void {
    this.send(this.#writer.write(frame, origin, shownSize));
  }

  end(): void {
    this.#post(null, []);
  }

  #post(message: OutputMessage, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }
}
