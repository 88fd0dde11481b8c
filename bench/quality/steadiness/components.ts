import type { Size } from '../items/scale.js';

/** Connected pixels, including diagonally. */
export interface Components {
  /** The component of each pixel: its index plus 1, or 0 outside. */
  readonly labels: Uint16Array;
  /** The number of pixels of each component. */
  readonly areas: readonly number[];
}

/**
 * Finds the components of a mask.
 *
 * @param isInside - Whether a pixel belongs to the mask.
 */
export function findComponents(isInside: (index: number) => boolean, { width, height }: Size): Components {
  const labels = new Uint16Array(width * height);
  const areas: number[] = [];
  const stack: number[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== 0 || !isInside(start)) continue;
    const label = areas.length + 1;
    labels[start] = label;
    stack.push(start);
    let area = 0;
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      area++;
      const x = i % width;
      const y = (i - x) / width;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const next = row * width + column;
          if (labels[next] !== 0 || !isInside(next)) continue;
          labels[next] = label;
          stack.push(next);
        }
      }
    }
    areas.push(area);
  }
  return { labels, areas };
}
