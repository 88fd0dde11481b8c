import type { TrackMessage } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import type { GeneratedOutput, OutputClient } from '../output/client.js';
import type { CapturedTrack, Strategy, TrackPorts } from './strategy.js';
import { endTrack } from './strategy.js';

/** How many outputs are kept ready: so many tracks can be connected at the same time. */
const SPARES = 4;

/** How often to check whether the caller's track is enabled, for which there is no event; in milliseconds. */
const ENABLED_CHECK_INTERVAL = 100;

/**
 * The standard form (Safari, WebKitGTK): a clone of the track is transferred to the engine's worker, which reads it there; the
 * output worker generates the output's track. That track takes a moment to arrive in the page, so some are made ahead.
 */
export class WorkerTrack implements Strategy {
  readonly name = 'worker-track';
  readonly #outputs: OutputClient;
  readonly #spares: GeneratedOutput[] = [];

  private constructor(outputs: OutputClient) {
    this.#outputs = outputs;
  }

  /**
   * Makes the outputs that are kept ready.
   *
   * @param outputs - Owned by the strategy from now on.
   */
  static async open(outputs: OutputClient): Promise<WorkerTrack> {
    const strategy = new WorkerTrack(outputs);
    await Promise.all(Array.from({ length: SPARES }, () => strategy.#prepare()));
    return strategy;
  }

  connect(track: MediaStreamTrack): CapturedTrack {
    const output = this.#spares.shift();
    if (!output) {
      throw new WebError(
        'WORKER_FAILED',
        `In this browser, only ${SPARES} tracks can be started at the same time: wait a moment before the next one.`,
      );
    }
    void this.#prepare();
    return new TrackConnection(this.#outputs, output, track);
  }

  dispose(): void {
    for (const { id, track } of this.#spares) {
      this.#outputs.close(id);
      track.stop();
    }
    this.#outputs.dispose();
  }

  async #prepare(): Promise<void> {
    this.#spares.push(await this.#outputs.generate());
  }
}

class TrackConnection implements CapturedTrack {
  readonly output: MediaStreamTrack;
  readonly #outputs: OutputClient;
  readonly #id: number;
  readonly #track: MediaStreamTrack;
  #port: MessagePort | undefined;
  #checking: ReturnType<typeof setInterval> | undefined;

  constructor(outputs: OutputClient, { id, track }: GeneratedOutput, source: MediaStreamTrack) {
    this.output = track;
    this.#outputs = outputs;
    this.#id = id;
    this.#track = source;
  }

  open(): TrackPorts {
    this.#release();
    const track = this.#track.clone();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#watchEnabled(port1);
    const frames = this.#outputs.connect(this.#id);
    return {
      source: { kind: 'track', track, port: port2 },
      output: frames,
      transfer: [track as unknown as Transferable, port2, frames],
    };
  }

  close(): void {
    this.#release();
    this.#outputs.close(this.#id);
    endTrack(this.output);
  }

  /** Posts changes of `enabled` to the worker: its clone does not follow them. */
  #watchEnabled(port: MessagePort): void {
    let isEnabled = true;
    const check = () => {
      if (this.#track.enabled === isEnabled) return;
      isEnabled = this.#track.enabled;
      port.postMessage({ type: 'enable', enabled: isEnabled } satisfies TrackMessage);
    };
    check();
    this.#checking = setInterval(check, ENABLED_CHECK_INTERVAL);
  }

  #release(): void {
    clearInterval(this.#checking);
    this.#port?.close();
  }
}
