import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { ConversionWarning, Pipeline } from '@elsewhere/engine';
import sharp, { type Sharp } from 'sharp';
import { MediaError } from '../../errors.js';
import type { ConvertSettings } from '../../options.js';
import type { ImageFormat } from '../input/file-format.js';
import type { TranscodeJob, TranscodeResult } from '../transcode.js';
import { locationOf } from './metadata.js';
import { readImage } from './open-image.js';
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

/** Outputs in which no EXIF can be written. */
const WITHOUT_EXIF: ReadonlySet<string> = new Set(['.tif', '.tiff']);

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

/** A decoded still image. */
export interface Still {
  /** RGB, row by row, without padding. */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Converts a still image. The output is upright and in sRGB. Its metadata is left out, because it may contain a
 * thumbnail of the camera background; where it was taken is written anew if that is asked for.
 */
export async function convertStill(
  job: Pick<TranscodeJob, 'output' | 'part' | 'settings'> & { readonly input: string },
  { data, width, height }: Still,
  pipeline: Pipeline,
): Promise<TranscodeResult> {
  const frame = rgbToFrame(data, width, height);
  const outcome = await pipeline.process(frame, 0);
  if (outcome.kind === 'placeholder') throw outcome.error ?? new Error('The image could not be processed.');
  const { pixels, channels } = toPixels(outcome.frame);
  const write = FORMATS[extname(job.output).toLowerCase()];
  if (!write) throw new Error(`There is no encoder for ${job.output}.`);
  const location = await locationOf(job.input);
  const keepsLocation =
    job.settings.keepLocation === true && !WITHOUT_EXIF.has(extname(job.output).toLowerCase());
  const image = sharp(pixels, { raw: { width, height, channels } });
  const hasExif = keepsLocation && Object.keys(location.exif).length > 0;
  const bytes = await write(hasExif ? image.withExif({ IFD3: { ...location.exif } }) : image).toBuffer();
  try {
    await writeFile(job.part, bytes);
  } catch (cause) {
    throw unwritable(job.output, cause);
  }
  const warnings: ConversionWarning[] = [];
  if (location.isStated && !keepsLocation) {
    const message =
      'The metadata that says where the image was taken was left out: keepLocation (--keep-location) keeps what EXIF says, except in tif files.';
    warnings.push({ code: 'LOCATION_DROPPED', message });
  }
  const ignored = VIDEO_ONLY.filter((name) => job.settings[name] !== undefined);
  if (ignored.length > 0) {
    const message = `Only videos have ${ignored.join(', ')}: not used for an image.`;
    warnings.push({ code: 'OPTION_IGNORED', message });
  }
  if (pipeline.statistics.emptyFrames > 0) {
    const message = 'Nobody was found in the image: the output shows the background alone.';
    warnings.push({ code: 'NOBODY_FOUND', message });
  }
  return { frames: 1, width, height, codedWidth: width, codedHeight: height, seconds: 0, warnings };
}

/**
 * Reads a still image: upright, in sRGB, on black where it is transparent.
 *
 * @throws {@link MediaError} `INPUT_UNREADABLE`; `EngineError` `INPUT_TOO_LARGE`.
 */
export async function readStill(path: string, format: ImageFormat): Promise<Still> {
  const name = basename(path);
  const { data, info } = await readImage(
    { path, name, format },
    (image) =>
      image
        .toColourspace('srgb')
        .flatten({ background: '#000' })
        .removeAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true }),
    (why, cause) => new MediaError('INPUT_UNREADABLE', `${name} ${why}.`, { cause }),
  );
  return { data, width: info.width, height: info.height };
}

function unwritable(output: string, cause: unknown): MediaError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === 'ENOSPC'
    ? new MediaError('DISK_FULL', `There is no space left to write ${output}.`, { cause })
    : new MediaError('OUTPUT_UNWRITABLE', `${output} cannot be written: ${message}.`, { cause });
}
