import { EngineError } from './errors.js';
import { MAX_FRAME_SIDE } from './frame/frame.js';

/** The largest files that are opened: files of strangers may claim any size, and cost as much memory. */
export const SIZE_LIMITS = {
  /** Still images. */
  image: { side: MAX_FRAME_SIDE, pixels: 100_000_000 },
  /** Videos and animated images. */
  video: { side: 8192, pixels: 8192 * 8192 },
} as const;

/**
 * Checks the size that a file's header states. Call it before anything is decoded.
 *
 * @param kind - Whether it is a still image or a video; animated images are videos.
 * @param name - The file's name, with which the message begins.
 * @param size - Width and height in pixels.
 * @throws `EngineError` `INPUT_TOO_LARGE`.
 */
export function assertInputSize(
  kind: keyof typeof SIZE_LIMITS,
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const { side, pixels } = SIZE_LIMITS[kind];
  if (width <= side && height <= side && width * height <= pixels) return;
  const limit =
    kind === 'image'
      ? `An image may have ${pixels / 1e6} megapixels, and no side may be longer than ${side} pixels.`
      : `The frames of a video may have ${side}x${side} pixels.`;
  throw new EngineError(
    'INPUT_TOO_LARGE',
    `${name} has ${width}x${height} pixels, which is too large. ${limit}`,
  );
}
