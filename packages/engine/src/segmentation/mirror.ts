/**
 * Mirrors an image, in place.
 *
 * @param values - Row by row, `channels` values a pixel.
 * @param width - In pixels.
 * @param channels - Values of each pixel.
 */
export function mirror(values: Float32Array, width: number, channels: number): void {
  const rowLength = width * channels;
  for (let row = 0; row < values.length; row += rowLength) {
    let [left, right] = [row, row + rowLength - channels];
    for (; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const value = values[left + channel] ?? 0;
        values[left + channel] = values[right + channel] ?? 0;
        values[right + channel] = value;
      }
    }
  }
}
