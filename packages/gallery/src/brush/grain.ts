import { seeded } from './random.js';
import { type Context, sheet } from './sheet.js';

/** The side length of the repeated tile. */
const SIDE = 128;

/** Slight noise over the whole image, which hides banding in gradients and makes them look less drawn. */
export function grain(context: Context, width: number, height: number): void {
  const piece = sheet(SIDE, SIDE);
  const image = piece.createImageData(SIDE, SIDE);
  const random = seeded(1);
  for (let at = 0; at < image.data.length; at += 4) {
    const value = random() + random() - 1;
    image.data.fill(value > 0 ? 255 : 0, at, at + 3);
    image.data[at + 3] = Math.abs(value) * 9;
  }
  piece.putImageData(image, 0, 0);
  const pattern = context.createPattern(piece.canvas, 'repeat');
  if (!pattern) return;
  context.resetTransform();
  context.fillStyle = pattern;
  // In a small image the grain would be invisible, as in a photograph seen from a distance.
  context.globalAlpha = Math.min(1, width / 1280);
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
}
