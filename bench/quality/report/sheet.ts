import sharp, { type OverlayOptions } from 'sharp';
import type { Strip } from './strip.js';

const COUNT = 12;
const CAPTION = 28;
const TITLES = ['picture', 'truth', 'ours', 'composite', 'error: red too much, blue too little'];

/**
 * Writes the contact sheet of the worst items.
 *
 * @param path - Of the PNG file.
 * @param strips - One for each item, in any order.
 */
export async function writeSheet(path: string, strips: readonly Strip[]): Promise<void> {
  const worst = [...strips].sort((a, b) => b.mad - a.mad).slice(0, COUNT);
  const width = Math.max(...worst.map((strip) => strip.width));
  const layers: OverlayOptions[] = [];
  let top = 0;
  for (const { label, pixels, ...size } of worst) {
    layers.push({ input: caption(label, width), left: 0, top });
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

function caption(label: string, width: number): Buffer {
  const text = (x: number, content: string) =>
    `<text x="${x}" y="20" font-family="sans-serif" font-size="16" fill="#fff">${escapeXml(content)}</text>`;
  const column = width / TITLES.length;
  const titles = TITLES.slice(1).map((title, index) => text((index + 1) * column + 6, title));
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}">${text(6, label)}${titles.join('')}</svg>`,
  );
}

function escapeXml(text: string): string {
  return text.replace(/[<&]/g, (character) => (character === '<' ? '&lt;' : '&amp;'));
}
