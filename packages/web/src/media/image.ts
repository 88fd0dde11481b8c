import type { RgbaImage } from '@elsewhere/engine';
import type { SentBackground } from '../engine/protocol.js';
import { WebError } from '../errors.js';

/** The longest side of a background image in pixels; larger ones are scaled down. */
const MAX_SIDE = 2560;

/** What a background image can be given as. */
export type ImageSource = Extract<SentBackground, { type: 'image' }>['source'];

/**
 * Fetches and decodes an image.
 *
 * @param source - An absolute URL, a file, or pixels.
 * @throws WebError `BACKGROUND_UNREADABLE`.
 */
export async function readImage(source: ImageSource): Promise<RgbaImage> {
  const image = typeof source === 'string' || source instanceof URL ? await fetchBlob(source) : source;
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
