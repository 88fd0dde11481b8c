import type { ColorSpace } from '../frame/color-space.js';
import { type Affines, identity } from './color-match.js';

/** Stops of light at brightness 1. */
const STOPS = 0.75;

/** By how much U goes down and V up at warmth 1: about from daylight to a lamp's light, in samples of 8 bit. */
const WARMEST = { u: 9, v: 7 } as const;

/** Makes a person brighter or darker, warmer or cooler: an affine change of each plane. */
export class Toning {
  readonly #planes: Affines = [identity(), identity(), identity()];

  /**
   * Adds a change to another one.
   *
   * @param before - What is done to the planes already.
   * @param brightness - -1..1.
   * @param warmth - -1..1.
   * @param colorSpace - Of the planes.
   * @returns Both, valid until the next call.
   */
  run(before: Affines, brightness: number, warmth: number, { range }: ColorSpace): Affines {
    const gain = 2 ** (STOPS * brightness);
    const black = range === 'limited' ? 16 : 0;
    this.#write(before, 0, gain, black * (1 - gain));
    this.#write(before, 1, gain, 128 * (1 - gain) - WARMEST.u * warmth);
    this.#write(before, 2, gain, 128 * (1 - gain) + WARMEST.v * warmth);
    return this.#planes;
  }

  #write(before: Affines, plane: 0 | 1 | 2, gain: number, offset: number): void {
    const target = this.#planes[plane];
    target.gain = gain * before[plane].gain;
    target.offset = gain * before[plane].offset + offset;
  }
}
