import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { EngineError, type Pipeline } from '@elsewhere/engine';
import { assertInputSize } from '@elsewhere/engine/internal';
import sharp, { type Sharp } from 'sharp';
import { MediaError } from '../../errors.js';
import type { ConvertSettings } from '../../options.js';
import type { TranscodeJob, TranscodeResult } from '../transcode.js';
import { rgbToFrame, toPixels } from './pixels.js';

/** Image encoders by extension. Quality is high, because the image is compressed for the second time. */
const FORMATS: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  '.jpg': (image) => image.jpeg({ quality: 93, chromaSubsampling: '4:4:4', mozjpeg: false }),
  '.jpeg': (image) => image.jpeg({ quality: 93, chromaSubsampling: '4:4:4', mozjpeg: false }),
  '.png': (image) => image.png(),
  '.webp': (image) => image.webp({ quality: 92, alphaQuality: 100 }),
  '.avif': (image) => image.avif({ quality: 75 }),
  '.tif': (image) => image.tiff({ compression: 'lzw' }),
  '.tiff': (image) => image.tiff({ compression: 'lzw' }),
};

/** Options that have no effect on a still image. */
const VIDEO_ONLY = ['start', 'duration', 'crf', 'preset'] as const;

/**
 * Checks that a still image can be written as is asked.
 *
 * @throws {@link MediaError} `OUTPUT_UNSUPPORTED`.
 */
export function checkStillOutput(output: string, settings: ConvertSettings): void {
  const extension = extname(output).toLowerCase();
  if (!FORMATS[extension]) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `The input is a still image, but ${output} is not an image file: use ${Object.keys(FORMATS).join(', ')}.`,
    );
  }
  if (settings.background?.type === 'transparent' && /^\.jpe?g$/.test(extension)) {
    throw new MediaError('OUTPUT_UNSUPPORTED', 'A jpg file cannot hold transparency: use .png or .webp.');
  }
  if (settings.codec !== undefined) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `The codec ${settings.codec} is for videos: leave it out for a still image.`,
    );
  }
}

/**
 * Converts a still image. The output is upright and in sRGB. Metadata is left out, because it may contain a thumbnail of the
 * camera background.
 */
export async function convertStill(
  job: Pick<TranscodeJob, 'output' | 'part' | 'settings'> & { readonly input: string },
  pipeline: Pipeline,
): Promise<TranscodeResult> {
  const { data, width, height } = await read(job.input);
  const frame = rgbToFrame(data, width, height);
  const outcome = await pipeline.process(frame, 0);
  if (outcome.kind === 'placeholder') throw outcome.error ?? new Error('The image could not be processed.');
  const { pixels, channels } = toPixels(outcome.frame);
  const write = FORMATS[extname(job.output).toLowerCase()];
  if (!write) throw new Error(`There is no encoder for ${job.output}.`);
  const bytes = await write(sharp(pixels, { raw: { width, height, channels } })).toBuffer();
  try {
    await writeFile(job.part, bytes);
  } catch (cause) {
    throw unwritable(job.output, cause);
  }
  const ignored = VIDEO_ONLY.filter((name) => job.settings[name] !== undefined);
  const message = `Only videos have ${ignored.join(', ')}: not used for an image.`;
  const warnings = ignored.length > 0 ? [{ code: 'OPTION_IGNORED', message } as const] : [];
  return { frames: 1, width, height, codedWidth: width, codedHeight: height, seconds: 0, warnings };
}

async function read(path: string): Promise<{ data: Buffer; width: number; height: number }> {
  const name = basename(path);
  try {
    // The limit is ours, not sharp's, which states none in its message.
    const image = sharp(path, { limitInputPixels: false });
    assertInputSize('image', name, await image.metadata());
    const { data, info } = await image
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: '#000' })
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new MediaError(
      'INPUT_UNREADABLE',
      `${name} is damaged, or not an image of a supported format (jpg, png, webp, avif, tiff, svg).`,
      { cause },
    );
  }
}

function unwritable(output: string, cause: unknown): MediaError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === 'ENOSPC'
    ? new MediaError('DISK_FULL', `There is no space left to write ${output}.`, { cause })
    : new MediaError('OUTPUT_UNWRITABLE', `${output} cannot be written: ${message}.`, { cause });
}
