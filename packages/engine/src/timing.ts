/** The parts of a frame's processing that are timed: `input` is importing the frame and taking the networks' input. */
export type TimingName = 'input' | 'segmentation' | 'matting' | 'background' | 'compositing';

/** Receives how long a part of a frame's processing took, in milliseconds. */
export type RecordTiming = (name: TimingName, milliseconds: number) => void;

/** Times the parts of a frame's processing one after the other, by the clock of the host. */
export class FrameTimer {
  readonly #record: RecordTiming;
  #name: TimingName | undefined;
  #start = 0;

  /** @param record - Receives the times. */
  constructor(record: RecordTiming) {
    this.#record = record;
  }

  /** Ends the part that is being timed, and starts the next one; `undefined`: none. */
  start(name: TimingName | undefined): void {
    const now = performance.now();
    if (this.#name) this.#record(this.#name, now - this.#start);
    this.#name = name;
    this.#start = now;
  }

  /** Ends the part that is being timed without recording it, after a failure. */
  cancel(): void {
    this.#name = undefined;
  }
}
