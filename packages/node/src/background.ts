import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Background, RgbaImage } from '@elsewhere/engine';
import { MediaError } from './errors.js';
import { fileFormat, type ImageFormat } from './media/input/file-format.js';
import { isAddress } from './media/input/source.js';
import type { Size } from './media/stills/image-size.js';
import type { SvgTarget } from './media/stills/svg.js';
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
 * @param frame - The size of the frames, upright: an SVG is drawn for it.
 * @throws {@link MediaError} `BACKGROUND_MISSING` or `BACKGROUND_UNREADABLE`; `EngineError` `INPUT_TOO_LARGE`.
 */
export async function openBackground(
  background: Background<string, string>,
  frame?: Size,
): Promise<OpenBackground> {
  if (background.type !== 'image' && background.type !== 'video') return { background, dispose: () => {} };
  const { source: path, ...look } = background;
  await assertFile(path);
  // By its bytes, whatever it was called: an image that moves is a video.
  const format = fileFormat(path);
  if (format.kind === 'image') {
    const target = frame && { frame, fit: look.fit ?? 'cover' };
    const source = await readRgba(path, format.name, target);
    return { background: { ...look, type: 'image', source }, dispose: () => {} };
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

async function readRgba(
  path: string,
  format: ImageFormat,
  target: SvgTarget | undefined,
): Promise<RgbaImage> {
  const { readImage } = await import('./media/stills/open-image.js');
  const name = `The background ${basename(path)}`;
  const { data, info } = await readImage(
    { path, name, format, target },
    (image) =>
      (target && format === 'svg'
        ? image
        : image.resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
      )
        .toColourspace('srgb')
        .ensureAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true }),
    (why, cause) => new MediaError('BACKGROUND_UNREADABLE', `${name} ${why}.`, { cause }),
  );
  return {
    width: info.width,
    height: info.height,
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
}
