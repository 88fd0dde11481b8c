import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Plugin } from 'vite';

/** Renders the PNG icons that systems need from the SVG icon. */
export function icons(): Plugin {
  let [outDir, publicDir] = ['', ''];
  return {
    name: 'elsewhere-icons',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
      publicDir = config.publicDir;
    },
    async closeBundle() {
      const icon = readFileSync(join(publicDir, 'icon.svg'), 'utf8');
      // Icons that systems mask to their own shape need square corners.
      const full = icon.replace(/rx="\d+"/, 'rx="0"');
      await draw(icon, 192, join(outDir, 'icon-192.png'));
      await draw(icon, 512, join(outDir, 'icon-512.png'));
      await draw(full, 512, join(outDir, 'icon-maskable.png'));
    },
  };
}

async function draw(svg: string, size: number, path: string): Promise<void> {
  await sharp(Buffer.from(svg), { density: (72 * size) / 64 })
    .resize(size, size)
    .png()
    .toFile(path);
}
