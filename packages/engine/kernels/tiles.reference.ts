const TILE = 16;

/** What each 16x16 pixels of a matte are: 0 and 255 where it is just that everywhere, 1 elsewhere. */
export function classifyTiles(alpha: Uint8Array, stride: number, width: number, height: number): number[] {
  const tiles: number[] = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const values = new Set<number | undefined>();
      for (let y = top; y < Math.min(height, top + TILE); y++) {
        for (let x = left; x < Math.min(width, left + TILE); x++) values.add(alpha[y * stride + x]);
      }
      const [value] = values;
      tiles.push(values.size === 1 && (value === 0 || value === 255) ? value : 1);
    }
  }
  return tiles;
}
