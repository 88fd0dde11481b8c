/**
 * The process that draws an SVG. A drawing of a few hundred bytes can take hours and gigabytes (nested entities, uses and filters),
 * inside a library that cannot be interrupted: a process can be ended. Arguments: the path, and a {@link SvgRequest} in JSON.
 * Output: two numbers, the size, then the pixels in RGBA; without pixels if the size is beyond the limits.
 *
 * @packageDocumentation
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import type { Size } from './image-size.js';

/** What is to be drawn. */
export interface SvgRequest {
  /** The frame that the drawing is fitted into; absent: it is drawn at its own size. */
  readonly frame?: Size;
  /** How it is fitted. */
  readonly fit?: 'cover' | 'contain' | 'stretch' | 'tile';
  readonly maxSide: number;
  readonly maxPixels: number;
  /** After this many milliseconds it ends itself. */
  readonly maxTime: number;
  /** In bytes; with more memory it ends itself. */
  readonly maxMemory: number;
}

/** The longest side of a drawing that is fitted into a frame: as long as that of the largest video. */
const MAX_FITTED_SIDE = 8192;

/** At this many pixels per inch, one unit of an SVG is one pixel. */
const DENSITY = 72;

/** The largest density that sharp takes. */
const MAX_DENSITY = 100_000;

/** How much finer than a pixel a size is measured: small drawings may have sizes like 25.6 x 14.4. */
const FINENESS = 64;

/** sharp takes for an SVG what has its root within so many bytes. */
const ROOT_WITHIN = 1000;

async function main(path: string, request: SvgRequest): Promise<void> {
  const die = () => process.kill(process.pid, 'SIGKILL');
  setTimeout(die, request.maxTime);
  setInterval(() => process.memoryUsage.rss() > request.maxMemory && die(), 20);
  // The parent, or its thread, is gone.
  process.stdin.on('end', die).on('error', die).resume();
  const svg = readSvg(path, request.maxMemory / 8);
  // As bytes, not as a path: drawings refer to files beside them.
  const own = await sizeOf(svg);
  const scale = scaleOf(own, request);
  const width = Math.max(1, Math.round(own.width * scale));
  const height = Math.max(1, Math.round(own.height * scale));
  const header = Buffer.alloc(8);
  header.writeUInt32LE(width);
  header.writeUInt32LE(height, 4);
  process.stdout.write(header);
  if (Math.max(width, height) <= request.maxSide && width * height <= request.maxPixels) {
    const density = Math.min(MAX_DENSITY, Math.max(1, DENSITY * scale));
    const pixels = await sharp(svg, { density, limitInputPixels: false })
      .resize(width, height, { fit: 'fill' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
    process.stdout.write(pixels);
  }
  process.stdout.end(() => process.exit(0));
}

/** The drawing's own size; vast ones can be measured in whole pixels only. */
async function sizeOf(svg: Buffer): Promise<Size> {
  const measure = async (fineness: number) => {
    const image = sharp(svg, { density: DENSITY * fineness, limitInputPixels: false });
    const { width, height } = await image.metadata();
    return { width: width / fineness, height: height / fineness };
  };
  return measure(FINENESS).catch(() => measure(1));
}

function scaleOf({ width, height }: Size, { frame, fit = 'cover' }: SvgRequest): number {
  if (!frame || fit === 'tile') return 1;
  const [across, down] = [frame.width / width, frame.height / height];
  const wanted = fit === 'contain' ? Math.min(across, down) : Math.max(across, down);
  return Math.min(wanted, MAX_FITTED_SIDE / Math.max(width, height));
}

function readSvg(path: string, maxOutputLength: number): Buffer {
  const bytes = readFileSync(path);
  const svg = bytes[0] === 0x1f ? gunzipSync(bytes, { maxOutputLength }) : bytes;
  if (/<svg/i.test(svg.toString('latin1', 0, ROOT_WITHIN))) return svg;
  // Where a licence or declarations come first, a comment names the root.
  const declaration =
    /^(\xef\xbb\xbf)?\s*<\?xml[^>]*\?>/.exec(svg.toString('latin1', 0, ROOT_WITHIN))?.[0] ?? '';
  const start = Buffer.from(declaration, 'latin1');
  return Buffer.concat([start, Buffer.from('<!-- <svg -->'), svg.subarray(start.length)]);
}

const [path, request] = process.argv.slice(2);
if (path !== undefined && request !== undefined) await main(path, JSON.parse(request) as SvgRequest);
