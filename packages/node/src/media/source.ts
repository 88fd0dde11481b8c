/** What a caller's input means. */
export type Source =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'lavfi'; readonly graph: string }
  | { readonly kind: 'camera'; readonly device: string };

const DEFAULT_CAMERA = '/dev/video0';

/**
 * Reads an input: `lavfi:GRAPH`, `camera`, `camera:/dev/videoN`, or else a file's path.
 *
 * @param input - The input as the caller gives it.
 * @returns What it means.
 */
export function parseSource(input: string): Source {
  if (input.startsWith('lavfi:')) return { kind: 'lavfi', graph: input.slice('lavfi:'.length) };
  if (input === 'camera') return { kind: 'camera', device: DEFAULT_CAMERA };
  if (input.startsWith('camera:'))
    return { kind: 'camera', device: input.slice('camera:'.length) || DEFAULT_CAMERA };
  return { kind: 'file', path: input };
}

/** Animations (`.gif`) count as videos. */
const STILL = /\.(jpe?g|jpe|jfif|png|webp|avif|hei[cf]|tiff?|bmp|svg|jxl|jp2|tga|ppm|pgm|pnm|exr|dng)$/i;

/** Whether a path's extension is that of a still picture. */
export function isStill(path: string): boolean {
  return STILL.test(path);
}

/** Whether a path names a video device. */
export function isVideoDevice(path: string): boolean {
  return /^\/dev\/video\d+$/.test(path);
}
