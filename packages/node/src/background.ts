import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Background, EngineError, type RgbaImage } from '@elsewhere/engine';
import { assertInputSize } from '@elsewhere/engine/internal';
import { MediaError } from './errors.js';
import { fileFormat } from './media/input/file-format.js';
import { isAddress } from './media/input/source.js';
import { VideoBackground } from './media/video-background.js';

/** The longest side of a background image in pixels; larger images are scaled down. */
const MAX_SIDE = 4096;

/** A background as the engine takes it, and what frees it. */
export interface OpenBackground {
  readonly background: Background;
  readonly dispose: () => void;
}

/**
 * Opens the image or video of a background.
 *
 * @param background - A background whose image or video is given by its path.
 * @throws {@link MediaError} `BACKGROUND_MISSING` or `BACKGROUND_UNREADABLE`; `EngineError` `INPUT_TOO_LARGE`.
 */
export async function openBackground(background: Background<string, string>): Promise<OpenBackground> {
  if (background.type !== 'image' && background.type !== 'video') return { background, dispose: () => {} };
  const { source: path, ...look } = background;
  await assertFile(path);
  // By its bytes, whatever it was called: an image that moves is a video.
  if (fileFormat(path).kind === 'image') {
    return { background: { ...look, type: 'image', source: await readImage(path) }, dispose: () => {} };
  }
  const source = new VideoBackground(path);
  return { background: { ...look, type: 'video', source }, dispose: () => source.dispose() };
}

async function assertFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    const why = isAddress(path)
      ? 'is an address, and addresses are not fetched: download the file and give its path'
      : 'does not exist';
    throw new MediaError('BACKGROUND_MISSING', `The background ${path} ${why}.`);
  }
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a directory' : 'a device or a pipe';
    throw new MediaError(
      'BACKGROUND_UNREADABLE',
      `The background ${path} is ${what}, not an image or a video.`,
    );
  }
}

async function readImage(path: string): Promise<RgbaImage> {
  // Loaded only where it is needed: it takes time and memory.
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(path, { limitInputPixels: false });
    assertInputSize('image', `The background ${basename(path)}`, await image.metadata());
    const { data, info } = await image
      .autoOrient()
      .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new MediaError(
      'BACKGROUND_UNREADABLE',
      `The background ${basename(path)} is damaged, or not an image of a supported format.`,
      { cause },
    );
  }
}
