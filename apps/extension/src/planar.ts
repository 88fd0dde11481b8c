import type { PlanarFrame } from './protocol.js';

/** A `VideoFrame` with what newer browsers add to it and TypeScript's types lack. */
interface TurnedFrame extends VideoFrame {
  readonly rotation?: number;
  readonly flip?: boolean;
}

/** What `VideoFrame` takes, with what TypeScript's types lack. */
interface TurnedFrameInit extends VideoFrameBufferInit {
  readonly transfer: readonly ArrayBuffer[];
  readonly rotation?: number;
  readonly flip?: boolean;
}

/** Formats of which the engine takes the planes as they are; the browser converts all others to RGBA. */
const DIRECT: readonly (string | null)[] = ['I420', 'NV12'];

/**
 * Copies a frame's visible part.
 *
 * @param frame - Closed by the caller.
 * @throws DOMException if the browser cannot read it.
 */
export async function toPlanar(frame: TurnedFrame): Promise<PlanarFrame> {
  const isDirect = DIRECT.includes(frame.format);
  const options: VideoFrameCopyToOptions = isDirect ? {} : { format: 'RGBA' };
  const data = new ArrayBuffer(frame.allocationSize(options));
  await frame.copyTo(data, options);
  const { codedWidth, codedHeight, visibleRect } = frame;
  return {
    data,
    format: isDirect && frame.format ? frame.format : 'RGBA',
    width: visibleRect?.width ?? codedWidth,
    height: visibleRect?.height ?? codedHeight,
    timestamp: frame.timestamp,
    colorSpace: frame.colorSpace.toJSON(),
    rotation: frame.rotation ?? 0,
    flip: frame.flip ?? false,
  };
}

/**
 * Makes a frame of planes.
 *
 * @param planar - The planes.
 * @param transfer - Empty to copy the data; else it belongs to the frame from now on, where the browser can do that.
 * @param displaySize - The size at which the frame is displayed. Default: its own.
 * @returns The frame, to be closed by the caller.
 */
export function fromPlanar(
  { data, format, width, height, timestamp, colorSpace, rotation, flip }: PlanarFrame,
  transfer: readonly ArrayBuffer[] = [data],
  displaySize?: { readonly displayWidth: number; readonly displayHeight: number },
): VideoFrame {
  const init: TurnedFrameInit = {
    format,
    codedWidth: width,
    codedHeight: height,
    timestamp,
    colorSpace,
    ...(rotation === 0 && displaySize),
    transfer,
    ...(rotation !== 0 && { rotation }),
    ...(flip && { flip }),
  };
  return new VideoFrame(data, init);
}
