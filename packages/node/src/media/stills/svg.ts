import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { assertInputSize, SIZE_LIMITS } from '@elsewhere/engine/internal';
import type { Pixels } from './ffmpeg-decoder.js';
import type { Size } from './image-size.js';
import type { SvgRequest } from './svg-process.js';

/** How long a drawing may take, in milliseconds, and how much memory its process, in bytes: twice that of the largest image. */
const LIMITS = { maxTime: 20_000, maxMemory: 2 ** 30 };

/** See {@link LIMITS}. */
export type SvgLimits = typeof LIMITS;

/** Where a drawing is to be shown. */
export interface SvgTarget {
  readonly frame: Size;
  readonly fit: NonNullable<SvgRequest['fit']>;
}

/** A drawing that is not finished within its limits. */
export class SvgTooComplex extends Error {
  override readonly name = 'SvgTooComplex';
}

/**
 * Draws an SVG, in a process of its own that ends when it takes too long or too much memory, or with this thread.
 *
 * @param name - Its name in messages.
 * @param target - The frame into which it will be fitted; `undefined`: it is drawn at its own size.
 * @throws `EngineError` `INPUT_TOO_LARGE`; {@link SvgTooComplex}; another error if it is damaged.
 */
export async function drawSvg(
  path: string,
  name: string,
  target: SvgTarget | undefined,
  limits: SvgLimits = LIMITS,
): Promise<Pixels> {
  const { side: maxSide, pixels: maxPixels } = SIZE_LIMITS.image;
  const request: SvgRequest = { ...target, ...limits, maxSide, maxPixels };
  const script = createRequire(import.meta.url).resolve('@elsewhere/node/internal/svg');
  const child = spawn(process.execPath, [script, path, JSON.stringify(request)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const chunks: Buffer[] = [];
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const signal = await new Promise<string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, how) => resolve(how));
  });
  if (signal !== null) throw new SvgTooComplex('It takes too much time or memory to draw.');
  const output = Buffer.concat(chunks);
  if (output.length < 8) throw new Error('It is not an SVG.');
  const [width, height] = [output.readUInt32LE(0), output.readUInt32LE(4)];
  assertInputSize('image', name, { width, height });
  const data = output.subarray(8);
  if (data.length !== width * height * 4) throw new Error('It cannot be drawn.');
  return { data, width, height };
}
