/** What goes over the port to the outlet: the frames that come out, and at last `null`. */
export type OutputMessage = VideoFrame | null;

/** Takes the frames that come out. */
export interface FrameSink {
  /** Takes a frame; it is the sink's to close, unless this fails. */
  send(frame: VideoFrame): void;
  /** No frame will come any more. */
  end(): void;
}

/**
 * The way to the outlet. It is closed at the other end, after the last frame: a port that is closed while frames are on
 * their way drops them, and nobody closes those.
 */
export class OutputPort implements FrameSink {
  readonly #port: MessagePort;

  /** @param port - It is the sink's from now on. */
  constructor(port: MessagePort) {
    this.#port = port;
  }

  send(frame: VideoFrame): void {
    this.#post(frame, [frame]);
  }

  end(): void {
    this.#post(null, []);
  }

  #post(message: OutputMessage, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }
}
