/** A camera. */
export interface CameraInput {
  readonly type: 'camera';
  /** The device file of the camera. Default `/dev/video0`. */
  readonly device?: string;
}

/** A video that FFmpeg generates, such as a test pattern. It has no end unless the graph or `duration` sets one. */
export interface LavfiInput {
  readonly type: 'lavfi';
  /** A filter graph in FFmpeg's syntax, as in `testsrc2=size=1280x720:rate=30`. */
  readonly graph: string;
}

/** What can be converted: the path of a video or a still image, a camera, or a generated video. */
export type ConvertInput = string | CameraInput | LavfiInput;

/** Used where {@link CameraInput.device} is left out. */
export const DEFAULT_CAMERA = '/dev/video0';

/** Whether an input is a camera. */
export function isCamera(input: ConvertInput): boolean {
  return typeof input !== 'string' && input.type === 'camera';
}

/** Whether what was given as a path is the address of something on a server. */
export function isAddress(path: string): boolean {
  return /^([a-z][a-z\d+.-]+:\/\/|data:)/i.test(path);
}

/** Whether a path has the extension of a still image: what an output with that name would be. */
export function isImageName(path: string): boolean {
  return /\.(jpe?g|png|webp|avif|tiff?)$/i.test(path);
}

/** Whether a path names a video device. */
export function isVideoDevice(path: string): boolean {
  return /^\/dev\/video\d+$/.test(path);
}
