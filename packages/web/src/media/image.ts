import type { RgbaImage } from '@elsewhere/engine';
import { assertInputSize } from '@elsewhere/engine/internal';
import type { SentBackground } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import { imageSizeOf, isAnimated } from './image-header.js';

/** The longest side of a background image in pixels; larger ones are scaled down. */
const MAX_SIDE = 2560;

/** What a background image can be given as. */
export type ImageSource = Extract<SentBackground, { type: 'image' }>['source'];

/** What an image is called in messages. */
const NAME = 'The background image';

/** So many bytes of a file are read for its size, in front of which there may be a profile and a preview. */
const HEADER_BYTES = 1 << 20;

/**
 * Fetches an image that is given as a URL.
 *
 * @throws WebError `BACKGROUND_UNREADABLE`.
 */
export async function fetchImage(source: ImageSource): Promise<Exclude<ImageSource, string | URL>> {
  return typeof source === 'string' || source instanceof URL ? fetchBlob(source) : source;
}

/** Whether a file is an image that moves, and this browser can decode its frames. */
export async function isAnimatedImage(file: Blob): Promise<boolean> {
  if (!('ImageDecoder' in globalThis)) return false;
  return isAnimated(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
}

/**
 * Decodes an image.
 *
 * @param image - A file, or pixels.
 * @throws WebError `BACKGROUND_UNREADABLE`; EngineError `INPUT_TOO_LARGE`, before anything is decoded.
 */
export async function readImage(image: Exclude<ImageSource, string | URL>): Promise<RgbaImage> {
  await assertSize(image);
  try {
    const bitmap = await createImageBitmap(image);
    try {
      return draw(bitmap);
    } finally {
      bitmap.close();
    }
  } catch (cause) {
    throw new WebError(
      'BACKGROUND_UNREADABLE',
      'The background image is damaged, or this browser cannot decode it.',
      { cause },
    );
  }
}

async function assertSize(image: Exclude<ImageSource, string | URL>): Promise<void> {
  if (!(image instanceof Blob)) {
    assertInputSize('image', NAME, image);
    return;
  }
  const size = imageSizeOf(new Uint8Array(await image.slice(0, HEADER_BYTES).arrayBuffer()));
  if (size) assertInputSize('image', NAME, size);
}

/** The only place where a canvas is read: once per image, never per frame. */
function draw(bitmap: ImageBitmap): RgbaImage {
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser has no canvas in workers.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data: new Uint8Array(data.buffer) };
}

async function fetchBlob(url: string | URL): Promise<Blob> {
  let reason: unknown;
  try {
    const response = await fetch(url);
    if (response.ok) return await response.blob();
    reason = new Error(`The server responded with ${response.status}.`);
  } catch (cause) {
    reason = cause;
  }
  throw new WebError(
    'BACKGROUND_UNREADABLE',
    `The background image ${url} cannot be fetched. Check that it exists, and that connect-src of the policy and CORS allow it.`,
    { cause: reason },
  );
}
