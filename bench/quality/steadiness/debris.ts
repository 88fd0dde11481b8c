import type { Size } from '../items/scale.js';
import { HALF } from '../metrics/region.js';
import { findComponents } from './components.js';

/** A part is a person of their own from this share of the largest part, and when it has lived this long, in seconds. */
const LARGE = 0.2;
const GROWN_UP = 1.5;
/** Smaller parts, in pixels, are not seen as parts. */
const LEAST = 4;

/** A part of the foreground over time. */
interface Track {
  frames: number;
  isDebris: boolean;
}

/** Follows the parts of the foreground that are no person: scraps of the room beside them. */
export class Debris {
  readonly #size: Size;
  readonly #fps: number;
  #labels: Uint16Array | undefined;
  #tracks: readonly (Track | undefined)[] = [];
  #area = 0;
  #births = 0;

  constructor(size: Size, fps: number) {
    this.#size = size;
    this.#fps = fps;
  }

  /** The sum of the areas of debris over all frames, in pixels. */
  get area(): number {
    return this.#area;
  }

  /** How often debris appeared or vanished. */
  get births(): number {
    return this.#births;
  }

  /**
   * Adds the next frame.
   *
   * @param alpha - The matte.
   * @param counts - Whether it is counted.
   */
  add(alpha: Uint8Array, counts: boolean): void {
    const { labels, areas } = findComponents((i) => (alpha[i] ?? 0) >= HALF, this.#size);
    const largest = Math.max(0, ...areas);
    const before = this.#match(labels, areas.length);
    const tracks = areas.map((area, index): Track | undefined => {
      if (area < LEAST) return undefined;
      const track = before[index] ?? { frames: 0, isDebris: false };
      const isNew = track.frames === 0;
      track.frames++;
      track.isDebris = area < largest && !(area >= LARGE * largest && track.frames >= GROWN_UP * this.#fps);
      if (counts && track.isDebris) {
        this.#area += area;
        if (isNew) this.#births++;
      }
      return track;
    });
    if (counts) {
      for (const track of this.#tracks) if (track?.isDebris && !tracks.includes(track)) this.#births++;
    }
    this.#labels = labels;
    this.#tracks = tracks;
  }

  /** The tracks that the new components continue: each is continued by the one that it overlaps most. */
  #match(labels: Uint16Array, count: number): readonly (Track | undefined)[] {
    const result = new Array<Track | undefined>(count).fill(undefined);
    const old = this.#labels;
    if (!old) return result;
    const overlaps = new Map<number, number>();
    for (let i = 0; i < labels.length; i++) {
      const [now, then] = [labels[i] ?? 0, old[i] ?? 0];
      if (now === 0 || then === 0) continue;
      const pair = (now - 1) * this.#tracks.length + then - 1;
      overlaps.set(pair, (overlaps.get(pair) ?? 0) + 1);
    }
    const taken = new Set<Track>();
    for (const [pair] of [...overlaps].sort(([, a], [, b]) => b - a)) {
      const now = Math.floor(pair / this.#tracks.length);
      const track = this.#tracks[pair % this.#tracks.length];
      if (!track || result[now] || taken.has(track)) continue;
      result[now] = track;
      taken.add(track);
    }
    return result;
  }
}
