import { AV_PKT_FLAG_KEY } from 'node-av/constants';
import type { Packet } from 'node-av/lib';

/** After this many packets without a keyframe, there may be none: all are decoded then. */
const MAX_PACKETS = 1000;

/**
 * Where a time cannot be sought, the recording is read up to it: of the packets before it, those are decoded from which on it can be
 * shown, which is from the last keyframe.
 */
export class Preroll {
  readonly #from: number;
  #packets: Packet[] = [];
  #isOver = false;

  /**
   * @param from - The time from which on frames are wanted, in seconds.
   */
  constructor(from: number) {
    this.#from = from;
  }

  /**
   * Takes the next packet.
   *
   * @param time - When it is shown, in seconds.
   * @returns The packets to decode before it, to be freed by the caller; `undefined` where the packet need not be decoded yet.
   */
  take(packet: Packet, time: number): readonly Packet[] | undefined {
    if (this.#isOver) return [];
    this.#isOver = time >= this.#from || this.#packets.length >= MAX_PACKETS;
    if (this.#isOver) return this.#packets.splice(0);
    if (packet.hasFlags(AV_PKT_FLAG_KEY)) this.dispose();
    const copy = packet.clone();
    if (copy) this.#packets.push(copy);
    return undefined;
  }

  /** Frees the packets that are held. */
  dispose(): void {
    for (const packet of this.#packets.splice(0)) packet.free();
  }
}
