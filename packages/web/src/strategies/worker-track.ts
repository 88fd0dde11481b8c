import { WebError } from '../errors.js';
import type { TrackMessage } from '../messages.js';
import { endTrack } from './end-track.js';
import type { GeneratedOutput, Outlet } from './outlet.js';
import type { Connection, Ends, Strategy } from './strategy.js';

/** How many outputs wait for tracks: that many can be connected at a stroke. */
const SPARES = 4;

/** How often is looked whether the caller has switched the track off or on, which nothing tells; in milliseconds. */
const LOOK_INTERVAL = 100;

/**
 * The standard form (Safari, WebKitGTK): a clone of the track goes to the engine's worker, which reads it there; the
 * outlet generates the output's track. Tracks that are generated in a worker take a moment to come to the page, so some
 * are made ahead.
 */
export class WorkerTrack implements Strategy {
  readonly name = 'worker-track';
  readonly #outlet: Outlet;
  readonly #spares: GeneratedOutput[] = [];

  private constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /**
   * Makes the first outputs.
   *
   * @param outlet - The strategy's from now on.
   */
  static async open(outlet: Outlet): Promise<WorkerTrack> {
    const strategy = new WorkerTrack(outlet);
    await Promise.all(Array.from({ length: SPARES }, () => strategy.#prepare()));
    return strategy;
  }

  connect(track: MediaStreamTrack): Connection {
    const output = this.#spares.shift();
    if (!output) {
      throw new WebError(
        'WORKER_FAILED',
        `Here only ${SPARES} tracks can be processed at a stroke: wait a moment before the next one.`,
      );
    }
    void this.#prepare();
    return new TrackConnection(this.#outlet, output, track);
  }

  dispose(): void {
    for (const { id, track } of this.#spares) {
      this.#outlet.close(id);
      track.stop();
    }
    this.#outlet.dispose();
  }

  async #prepare(): Promise<void> {
    this.#spares.push(await this.#outlet.generate());
  }
}

class TrackConnection implements Connection {
  readonly output: MediaStreamTrack;
  readonly #outlet: Outlet;
  readonly #id: number;
  readonly #track: MediaStreamTrack;
  #port: MessagePort | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(outlet: Outlet, { id, track }: GeneratedOutput, source: MediaStreamTrack) {
    this.output = track;
    this.#outlet = outlet;
    this.#id = id;
    this.#track = source;
  }

  open(): Ends {
    this.#release();
    const track = this.#track.clone();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#watch(port1);
    const outlet = this.#outlet.connect(this.#id);
    return {
      source: { kind: 'track', track, port: port2 },
      outlet,
      transfer: [track as unknown as Transferable, port2, outlet],
    };
  }

  close(): void {
    this.#release();
    this.#outlet.close(this.#id);
    endTrack(this.output);
  }

  /** Tells the worker of `enabled`: its clone does not follow. */
  #watch(port: MessagePort): void {
    let isEnabled = true;
    const look = () => {
      if (this.#track.enabled === isEnabled) return;
      isEnabled = this.#track.enabled;
      port.postMessage({ type: 'enable', enabled: isEnabled } satisfies TrackMessage);
    };
    look();
    this.#looking = setInterval(look, LOOK_INTERVAL);
  }

  #release(): void {
    clearInterval(this.#looking);
    this.#port?.close();
  }
}
