import type { Size } from '../quality/items/scale.js';

/** A matte of one rectangle: 255 from `left` and `top`, up to and excluding `right` and `bottom`. */
export function rectangle(
  { width, height }: Size,
  at: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): Uint8Array {
  const matte = new Uint8Array(width * height);
  for (let y = at.top; y < at.bottom; y++) matte.fill(255, y * width + at.left, y * width + at.right);
  return matte;
}

/** Pseudo-random numbers of 0..255. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
