import type { Frame } from '@elsewhere/engine';

/** Where frames go: a loopback device, or y4m. All of one size. */
export interface Sink {
  /** Whether it takes a frame now: it has a reader, as far as that is known, and the last frame is written. */
  readonly isReady: boolean;
  /** How many read it, where the sink itself knows. */
  readonly readers?: number | undefined;
  /**
   * Writes a frame, copied before this returns. Only while {@link isReady}.
   *
   * @throws `MediaError` `VIRTUAL_CAMERA_UNAVAILABLE` or `OUTPUT_UNWRITABLE`: it is gone for good.
   */
  write(frame: Frame): void;
  /** Writes the last frame again. As {@link write}. */
  repeat(): void;
  /** Looks for a reader. Call it regularly. As {@link write}. */
  poll(): void;
  /** Ends it. What a reader does not take within a short time is lost. */
  close(): Promise<void>;
}
