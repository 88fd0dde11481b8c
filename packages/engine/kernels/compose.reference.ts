import { at, betweenCentres, clamp, sum2x2, toByte } from './sampling.reference.js';

const TILE = 16;
const MIXED = 1;

/** How {@link compose} changes the person's samples. */
export interface Composing {
  /** The colours of person and camera background in this plane, a value a cell; absent: the frame's samples are the person's. */
  readonly colors?: { readonly person: Float64Array; readonly camera: Float64Array };
  /** The person's samples times `gain`, plus `offset`. */
  readonly gain: number;
  readonly offset: number;
  /** For each cell, how much light falls onto the person (0..1) and that times its colour. */
  readonly light?: { readonly amount: Float64Array; readonly color: Float64Array };
  /** Not over the background, but as they are wherever the opacity is not 0, for straight alpha. */
  readonly straight: boolean;
}

/**
 * One plane of the person over the background. With alpha, how much of a sample I is the person's, and the colours F and B
 * of person and camera background there, all interpolated bilinearly between the cells' centres:
 *
 *     C = clamp(F + alpha (I - alpha F - (1 - alpha) B))     in mixed tiles; C = I elsewhere or without colours
 *     C = clamp(gain C + offset)
 *     C = C + (amount color - amount C)                      the light
 *     target = opacity C + (1 - opacity) background
 *
 * Chroma samples take the rounded mean of the four alphas and opacities over them. In flat tiles both are what the tile
 * says.
 *
 * @param subsampling - 1 for luma, 2 for chroma.
 */
export function compose(
  foreground: Uint8Array,
  background: Uint8Array,
  target: Uint8Array,
  stride: number,
  alpha: Uint8Array,
  opacity: Uint8Array,
  alphaStride: number,
  tiles: Uint8Array,
  width: number,
  height: number,
  subsampling: 1 | 2,
  shift: number,
  { colors, gain, offset, light, straight }: Composing,
): void {
  const across = Math.ceil(width / TILE);
  const cellSize = 2 ** shift / subsampling;
  const gridWidth = Math.ceil(width / 2 ** shift);
  const gridHeight = Math.ceil(height / 2 ** shift);
  const value = (plane: Uint8Array, column: number, row: number) =>
    subsampling === 1
      ? at(plane, row * alphaStride + column)
      : Math.floor((sum2x2(plane, alphaStride, width, height, column, row) + 2) / 4);
  for (let row = 0; row < Math.ceil(height / subsampling); row++) {
    const down = betweenCentres((row + 0.5) / cellSize, gridHeight);
    for (let column = 0; column < Math.ceil(width / subsampling); column++) {
      const tile =
        Math.floor((row * subsampling) / TILE) * across + Math.floor((column * subsampling) / TILE);
      const kind = at(tiles, tile);
      const between = betweenCentres((column + 0.5) / cellSize, gridWidth);
      const cell = (values: Float64Array) => {
        const mix = (j: number) => {
          const left = at(values, j * gridWidth + between.first);
          return left + between.fraction * (at(values, j * gridWidth + between.second) - left);
        };
        const top = mix(down.first);
        return top + down.fraction * (mix(down.second) - top);
      };
      const index = row * stride + column;
      let color = at(foreground, index);
      if (colors && kind === MIXED) {
        const a = value(alpha, column, row) / 255;
        const person = cell(colors.person);
        color = clamp(person + a * (color - a * person - (1 - a) * cell(colors.camera)), 0, 255);
      }
      color = clamp(gain * color + offset, 0, 255);
      if (light) color += cell(light.color) - cell(light.amount) * color;
      const shown = (kind === MIXED ? value(opacity, column, row) : kind) / 255;
      const weight = straight ? Math.ceil(shown) : shown;
      target[index] = toByte(weight * color + (1 - weight) * at(background, index));
    }
  }
}
