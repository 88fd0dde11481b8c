/**
 * An element of a typed array, which must exist: a reference never reads outside.
 *
 * @param values - Where to read.
 * @param index - Which.
 * @returns The value.
 */
export function at(values: Uint8Array | Float32Array | Float64Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`Element ${index} of ${values.length}`);
  return value;
}

/** `value`, or the nearest end of low..high. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** A sample rounded into 0..255. */
export function toByte(value: number): number {
  return clamp(Math.round(value), 0, 255);
}

/**
 * The sum of the 2x2 luma samples over a chroma sample. At an odd width or height the last column or row counts
 * twice.
 */
export function sum2x2(
  luma: Uint8Array,
  stride: number,
  width: number,
  height: number,
  chromaX: number,
  chromaY: number,
): number {
  const x0 = chromaX * 2;
  const y0 = chromaY * 2;
  const x1 = Math.min(x0 + 1, width - 1);
  const y1 = Math.min(y0 + 1, height - 1);
  return (
    at(luma, y0 * stride + x0) +
    at(luma, y0 * stride + x1) +
    at(luma, y1 * stride + x0) +
    at(luma, y1 * stride + x1)
  );
}

/** Two neighbouring indices and how far it is from the first to the second, 0..1. */
export interface Between {
  readonly first: number;
  readonly second: number;
  readonly fraction: number;
}

/**
 * Where a position lies between the centres of cells; beyond the outermost centres both are the outermost cell.
 *
 * @param position - In cells from the grid's edge: cell `i` has its centre at `i + 0.5`.
 * @param cells - Number of cells.
 */
export function betweenCentres(position: number, cells: number): Between {
  const left = Math.floor(position - 0.5);
  return {
    first: clamp(left, 0, cells - 1),
    second: clamp(left + 1, 0, cells - 1),
    fraction: position - 0.5 - left,
  };
}
