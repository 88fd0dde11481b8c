import type { PlanarFrame } from '@elsewhere/web/internal';

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
const DIRECT = ['I420', 'NV12'] as const;

/**
 * Copies a frame's visible part.
 *
 * @param frame - Closed by the caller.
 * @param spare - Takes the planes, if it has the size that they need: new memory costs more than all copies.
 * @throws DOMException if the browser cannot read it.
 */
export async function toPlanar(frame: TurnedFrame, spare?: ArrayBuffer): Promise<PlanarFrame> {
  const direct = DIRECT.find((format) => format === frame.format);
  const options: VideoFrameCopyToOptions = direct ? {} : { format: 'RGBA' };
  const bytes = frame.allocationSize(options);
  const data = spare?.byteLength === bytes ? spare : new ArrayBuffer(bytes);
  await frame.copyTo(data, options);
  const { codedWidth, codedHeight, visibleRect } = frame;
  return {
    data,
    format: direct ?? 'RGBA',
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
