import { at } from './sampling.reference.js';

/** More components than this are noise: later ones, in reading order, are not counted. */
export const MAX_COMPONENTS = 1024;

/** A component: how many cells it has, and the first and last column and row that it reaches. */
export interface Component {
  area: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The 4-connected components of the cells that are above a threshold (or of those that are not), in the order of their first
 * cells from left to right and top to bottom.
 *
 * @param labels - Receives the number of each cell's component from 1, 0 for cells without one.
 */
export function components(
  map: Float32Array,
  width: number,
  height: number,
  threshold: number,
  above: boolean,
  labels: Int32Array,
): readonly Component[] {
  const limit = Math.fround(threshold);
  const belongs = (index: number) => at(map, index) > limit === above;
  const found: Component[] = [];
  const seen = new Uint8Array(width * height);
  labels.fill(0);
  for (let first = 0; first < width * height; first++) {
    if (!belongs(first) || seen[first]) continue;
    const cells = [first];
    seen[first] = 1;
    for (const cell of cells) {
      const [x, y] = [cell % width, Math.floor(cell / width)];
      const neighbours = [
        x > 0 ? cell - 1 : cell,
        x < width - 1 ? cell + 1 : cell,
        y > 0 ? cell - width : cell,
        y < height - 1 ? cell + width : cell,
      ];
      for (const next of neighbours) {
        if (seen[next] || !belongs(next)) continue;
        seen[next] = 1;
        cells.push(next);
      }
    }
    if (found.length === MAX_COMPONENTS) continue;
    const columns = cells.map((cell) => cell % width);
    const rows = cells.map((cell) => Math.floor(cell / width));
    found.push({
      area: cells.length,
      left: Math.min(...columns),
      top: Math.min(...rows),
      right: Math.max(...columns),
      bottom: Math.max(...rows),
    });
    for (const cell of cells) labels[cell] = found.length;
  }
  return found;
}

/** Sets every cell of a component to the component's value; negative values and cells without one leave the map as it is. */
export function fillComponents(map: Float32Array, labels: Int32Array, values: Float32Array): void {
  labels.forEach((label, index) => {
    const value = label > 0 ? at(values, label - 1) : -1;
    if (value >= 0) map[index] = value;
  });
}
