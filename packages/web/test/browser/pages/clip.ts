/** A clip in memory. */
export interface LoadedClip {
  readonly width: number;
  readonly height: number;
  /** I420, in tight planes. */
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
}

/** Fetches a y4m file. */
export async function loadClip(url: string): Promise<LoadedClip> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const end = bytes.indexOf(10);
  const header = new TextDecoder().decode(bytes.subarray(0, end));
  const [width, height] = ['W', 'H'].map((letter) =>
    Number(new RegExp(` ${letter}(\\d+)`).exec(header)?.[1]),
  );
  if (!width || !height) throw new Error(`Not a clip: ${header}`);
  const size = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const frames = [];
  for (let at = end + 7; at + size <= bytes.length; at += size + 6) frames.push(bytes.slice(at, at + size));
  return { width, height, frames };
}

/** Converts I420 (BT.709, limited range) to `RGBA`, `RGBX`, `BGRA` or `BGRX`. */
export function toRgb(
  i420: Uint8Array,
  width: number,
  height: number,
  format: string,
): Uint8Array<ArrayBuffer> {
  const luma = width * height;
  const across = (width + 1) >> 1;
  const chroma = across * ((height + 1) >> 1);
  const result = new Uint8Array(4 * luma).fill(255);
  const [red, blue] = format.startsWith('BGR') ? [2, 0] : [0, 2];
  for (let i = 0; i < luma; i++) {
    const at = (Math.floor(i / width) >> 1) * across + ((i % width) >> 1);
    const y = 1.164 * ((i420[i] ?? 0) - 16);
    const u = (i420[luma + at] ?? 0) - 128;
    const v = (i420[luma + chroma + at] ?? 0) - 128;
    result[4 * i + red] = clamp(y + 1.793 * v);
    result[4 * i + 1] = clamp(y - 0.213 * u - 0.533 * v);
    result[4 * i + blue] = clamp(y + 2.112 * u);
  }
  return result;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
