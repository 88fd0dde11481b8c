/** A colour, 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What the page shows, made small. */
export interface Picture {
  /** Of the video itself, in pixels. */
  readonly width: number;
  readonly height: number;
  /** `SIDE.width * SIDE.height` pixels of R, G, B, A. */
  readonly pixels: Uint8Array;
}

/** The size of small pictures. */
export const SIDE = { width: 160, height: 90 } as const;

/** The colour at a point, 0..1 from the left and the top. */
export function colorAt({ pixels }: Picture, x: number, y: number): Rgb {
  const at = 4 * (Math.floor(y * SIDE.height) * SIDE.width + Math.floor(x * SIDE.width));
  return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
}

/** How far two colours are apart, in the channel in which they differ most. */
export function distance(a: Rgb, b: Rgb): number {
  return Math.max(...a.map((value, channel) => Math.abs(value - (b[channel] ?? 0))));
}

/** Mean difference of two pictures, in the rectangle that is asked for: 0..1 from the left and the top. */
export function difference(
  a: Picture,
  b: Picture,
  [x0, y0, x1, y1] = [0, 0, 1, 1] as readonly number[],
): number {
  let [sum, count] = [0, 0];
  for (const [x, y] of grid([x0 ?? 0, y0 ?? 0, x1 ?? 1, y1 ?? 1])) {
    sum += distance(colorAt(a, x, y), colorAt(b, x, y));
    count++;
  }
  return sum / count;
}

/** How rough a picture is in a rectangle: mean difference of neighbours. */
export function roughness(picture: Picture, area: readonly number[]): number {
  let [sum, count] = [0, 0];
  for (const [x, y] of grid(area)) {
    sum += distance(colorAt(picture, x, y), colorAt(picture, x + 1 / SIDE.width, y));
    count++;
  }
  return sum / count;
}

/** The same picture with left and right exchanged. */
export function mirrored(picture: Picture): Picture {
  const pixels = new Uint8Array(picture.pixels.length);
  for (let y = 0, to = 0; y < SIDE.height; y++) {
    for (let x = SIDE.width - 1; x >= 0; x--, to += 4) {
      const at = 4 * (y * SIDE.width + x);
      pixels.set(picture.pixels.subarray(at, at + 4), to);
    }
  }
  return { ...picture, pixels };
}

/** The share of a picture that has about a colour. */
export function share(picture: Picture, color: Rgb, tolerance = 12): number {
  const all = [...grid([0, 0, 1, 1])];
  return all.filter(([x, y]) => distance(colorAt(picture, x, y), color) <= tolerance).length / all.length;
}

function* grid([x0 = 0, y0 = 0, x1 = 1, y1 = 1]: readonly number[]): Generator<readonly [number, number]> {
  for (let y = Math.floor(y0 * SIDE.height); y < Math.floor(y1 * SIDE.height); y++) {
    for (let x = Math.floor(x0 * SIDE.width); x < Math.floor(x1 * SIDE.width) - 1; x++) {
      yield [(x + 0.5) / SIDE.width, (y + 0.5) / SIDE.height];
    }
  }
}
