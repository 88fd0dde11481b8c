import type { Background, Picture } from '@elsewhere/engine';
import { WebError } from '../errors.js';
import type { SentBackground } from '../messages.js';

/** The longest side of a background picture in pixels; larger ones are made smaller. */
const MAX_SIDE = 2560;

/**
 * Opens a background as the page has sent it.
 *
 * @throws WebError `BACKGROUND_UNREADABLE`.
 */
export async function openBackground(background: SentBackground): Promise<Background> {
  switch (background.type) {
    case 'image':
      return { ...background, source: await readPicture(background.source) };
    case 'video':
      throw new WebError('BACKGROUND_UNREADABLE', 'Not there yet.');
    default:
      return background;
  }
}

type PictureSource = Extract<SentBackground, { type: 'image' }>['source'];

async function readPicture(source: PictureSource): Promise<Picture> {
  try {
    const blob = typeof source === 'string' ? await fetchBlob(source) : source;
    const bitmap = await createImageBitmap(blob as ImageBitmapSource);
    try {
      return drawn(bitmap);
    } finally {
      bitmap.close();
    }
  } catch (cause) {
    if (cause instanceof WebError) throw cause;
    throw new WebError(
      'BACKGROUND_UNREADABLE',
      'The background is not a picture that this browser can decode, or it is damaged.',
      { cause },
    );
  }
}

/** The one place where a canvas is read: once a picture, never a frame. */
function drawn(bitmap: ImageBitmap): Picture {
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('There is no canvas.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data: new Uint8Array(data.buffer) };
}

/**
 * Fetches a background.
 *
 * @throws WebError `BACKGROUND_UNREADABLE` if it does not come.
 */
export async function fetchBlob(url: string): Promise<Blob> {
  let reason: unknown;
  try {
    const response = await fetch(url);
    if (response.ok) return await response.blob();
    reason = new Error(`The server answers ${response.status}.`);
  } catch (cause) {
    reason = cause;
  }
  throw new WebError(
    'BACKGROUND_UNREADABLE',
    `The background ${url} cannot be fetched: is it there, and do connect-src of the page's policy and CORS allow it?`,
    { cause: reason },
  );
}
