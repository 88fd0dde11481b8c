import sharp, { type OverlayOptions } from 'sharp';
import type { Strip } from './strip.js';

const COUNT = 12;
const CAPTION = 28;

/** The titles of the columns of {@link strip}. */
export const WORST = ['frame', 'truth', 'ours', 'composite', 'error: red is too high, blue too low'];
/** The titles of the columns of {@link moment}. */
export const MOMENTS = ['frame', 'matte before', 'matte', 'composite', 'change: red appears, blue vanishes'];

/**
 * Writes a contact sheet of the strips with the highest scores.
 *
 * @param path - Of the PNG file.
 * @param titles - Of the columns.
 * @param strips - In any order.
 */
export async function writeSheet(
  path: string,
  titles: readonly string[],
  strips: readonly Strip[],
): Promise<void> {
  const worst = [...strips].sort((a, b) => b.score - a.score).slice(0, COUNT);
  const width = Math.max(...worst.map((strip) => strip.width));
  const layers: OverlayOptions[] = [];
  const column = width / titles.length;
  const heading = titles.map((title, index) => text(index * column, title)).join('');
  layers.push({ input: caption(heading, width), left: 0, top: 0 });
  let top = CAPTION;
  for (const { label, pixels, ...size } of worst) {
    layers.push({ input: caption(text(0, label), width), left: 0, top });
    layers.push({
      input: Buffer.from(pixels.buffer),
      raw: { ...size, channels: 3 },
      left: 0,
      top: top + CAPTION,
    });
    top += CAPTION + size.height;
  }
  await sharp({ create: { width, height: top, channels: 3, background: '#222' } })
    .composite(layers)
    .png()
    .toFile(path);
}

function caption(texts: string, width: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}">${texts}</svg>`,
  );
}

function text(x: number, content: string): string {
  const escaped = content.replace(/[<&]/g, (character) => (character === '<' ? '&lt;' : '&amp;'));
  return `<text x="${x + 6}" y="20" font-family="sans-serif" font-size="16" fill="#fff">${escaped}</text>`;
}
