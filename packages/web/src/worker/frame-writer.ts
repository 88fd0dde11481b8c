import type { Frame } from '@elsewhere/engine';

/** What a frame that comes out has of the one that came in. */
export interface FrameOrigin {
  readonly timestamp: number;
  readonly duration: number | null;
  readonly colorSpace: VideoColorSpaceInit;
}

/**
 * Makes a `VideoFrame` of the engine's frame; the browser copies the planes.
 *
 * @param frame - The frame; its planes lie in one memory.
 * @param origin - The frame that it was made of.
 * @returns The frame, to be closed by the caller.
 */
export function writeFrame(
  { format, width, height, planes, rotation }: Frame,
  { timestamp, duration, colorSpace }: FrameOrigin,
): VideoFrame {
  let [begin, end] = [Number.POSITIVE_INFINITY, 0];
  for (const { data } of planes) {
    begin = Math.min(begin, data.byteOffset);
    end = Math.max(end, data.byteOffset + data.byteLength);
  }
  const memory = planes[0]?.data.buffer ?? new ArrayBuffer(0);
  return new VideoFrame(new Uint8Array(memory, begin, end - begin), {
    format: format === 'I420A' ? 'I420A' : 'I420',
    codedWidth: width,
    codedHeight: height,
    layout: planes.map(({ data, stride }) => ({ offset: data.byteOffset - begin, stride })),
    timestamp,
    ...(duration !== null && { duration }),
    colorSpace,
    ...(rotation !== 0 && { rotation }),
  });
}
