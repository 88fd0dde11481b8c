import { seeded } from './random.js';
import { type Context, sheet } from './sheet.js';

/** Sides of the piece that is repeated. */
const SIDE = 128;

/** A hint of noise over the whole picture: it keeps gradients from showing steps, and takes the drawn look off them. */
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
  // A small picture of a place is a photograph seen from afar: its grain is not seen any more.
  context.globalAlpha = Math.min(1, width / 1280);
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
}
