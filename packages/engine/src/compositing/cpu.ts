import { type FrameMemory, PlaneMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { MIXED_TILE, TILE } from '../kernels/layout.js';
import type { Matte } from '../matting/matte.js';

/**
 * Puts a foreground over a background: `target = foreground * alpha + background * (1 - alpha)`.
 *
 * @param kernels - In whose memory all of them lie.
 * @param foreground - Shown where the matte is 1.
 * @param background - Shown where the matte is 0.
 * @param matte - The matte.
 * @param target - Receives the picture; all frames are of one size.
 */
export function composite(
  { exports }: Kernels,
  foreground: FrameMemory,
  background: FrameMemory,
  { alpha, tiles }: Pick<Matte, 'alpha' | 'tiles'>,
  target: FrameMemory,
): void {
  const { width, height } = target;
  exports.compositeLuma(
    foreground.y.pointer,
    background.y.pointer,
    target.y.pointer,
    target.y.stride,
    alpha.pointer,
    alpha.stride,
    tiles.pointer,
    width,
    height,
  );
  for (const name of ['u', 'v'] as const) {
    exports.compositeChroma(
      foreground[name].pointer,
      background[name].pointer,
      target[name].pointer,
      target[name].stride,
      alpha.pointer,
      alpha.stride,
      tiles.pointer,
      width,
      height,
    );
  }
}

/** Makes frames with an alpha plane of the person alone. */
export class CutOut {
  readonly #kernels: Kernels;
  /** 255 wherever alpha is not 0. */
  readonly #presence: PlaneMemory;

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size to come.
   */
  constructor(kernels: Kernels, like: FrameMemory) {
    this.#kernels = kernels;
    this.#presence = new PlaneMemory(kernels, like.width, like.height);
  }

  /**
   * The person in straight alpha: their colours as they are, and black, not the room, where nothing of them is: a player
   * that ignores alpha must not show the room.
   *
   * @param source - The frame.
   * @param black - A black frame.
   * @param matte - The matte.
   * @param target - Receives the picture; has an alpha plane.
   */
  run(source: FrameMemory, black: FrameMemory, matte: Matte, target: FrameMemory): void {
    this.#findPresence(matte);
    composite(this.#kernels, source, black, { alpha: this.#presence, tiles: matte.tiles }, target);
    target.alpha?.data.set(matte.alpha.data);
  }

  /** Only where the tiles do not tell: the compositor looks nowhere else. */
  #findPresence({ alpha: { data: alpha, stride, width, height }, tiles }: Matte): void {
    const presence = this.#presence.data;
    const across = Math.ceil(width / TILE);
    const kinds = tiles.u8;
    for (let tile = 0; tile < kinds.length; tile++) {
      if (kinds[tile] !== MIXED_TILE) continue;
      const left = (tile % across) * TILE;
      const top = Math.floor(tile / across) * TILE;
      for (let y = top; y < Math.min(top + TILE, height); y++) {
        const row = y * stride + left;
        for (let i = row; i < row + TILE; i++) presence[i] = alpha[i] === 0 ? 0 : 255;
      }
    }
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#presence.dispose();
  }
}
