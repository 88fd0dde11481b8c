import { open } from 'node:fs/promises';
import { type Clip, type ClipFrame, readClip } from '../../packages/web/test/browser/support/clips.js';
import type { Rectangle } from './raw-frames.js';
import { CELLS, cellLuma } from './time-code.js';

/** A clip whose frames have their numbers on the person's clothes. */
export interface NumberedClip {
  readonly clip: Clip;
  readonly frames: readonly ClipFrame[];
  /** Where the time code is. */
  readonly timeCode: Rectangle;
}

/** How often the clip is repeated with other numbers: a frame's latency must be shorter than all of them together. */
const REPEATS = 2;

/** The side of a time code's cell, in fractions of the frame's height. */
const CELL = 1 / 30;

/**
 * Numbers the frames of a clip. Libraries that set new timestamps pass the person on as is: by the number in the output, the
 * bench knows which of the camera's frames it shows.
 *
 * @param clip - Read, not changed.
 */
export async function numberFrames(clip: Clip): Promise<NumberedClip> {
  const { width, height } = clip;
  const drawn = await readClip(clip);
  const timeCode = placeOf(clip, drawn);
  const frames = Array.from({ length: REPEATS }, () => drawn)
    .flat()
    .map((frame, number) => numbered(frame, number, timeCode, width));
  const numberedClip = { ...clip, frames: frames.length, path: clip.path.replace(/\.y4m$/, '.numbered.y4m') };
  const file = await open(numberedClip.path, 'w');
  await file.write(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n`);
  for (const { y, u, v } of frames) await file.writev([Buffer.from('FRAME\n'), y, u, v]);
  await file.close();
  return { clip: numberedClip, frames, timeCode };
}

/** Where the person covers a time code, and half a cell around it, in all frames. */
function placeOf({ width, height }: Clip, frames: readonly ClipFrame[]): Rectangle {
  const side = 4 * Math.round((CELL * height) / 4);
  const size = { width: CELLS * side, height: side };
  const covered = new Uint8Array(width * height).fill(255);
  for (const { alpha } of frames)
    for (let i = 0; i < covered.length; i++) if ((alpha[i] ?? 0) < 255) covered[i] = 0;
  const margin = side / 2;
  for (let y = margin; y < height - side - margin; y += margin) {
    for (let x = margin; x < width - size.width - margin; x += margin) {
      if (isCovered(covered, width, x - margin, y - margin, size.width + side, 2 * side))
        return { x, y, ...size };
    }
  }
  throw new Error('The presenter has no room for a time code.');
}

function isCovered(
  covered: Uint8Array,
  stride: number,
  left: number,
  top: number,
  width: number,
  height: number,
): boolean {
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) if (covered[y * stride + x] === 0) return false;
  return true;
}

/** A copy of a frame with its number in grey cells. */
function numbered(frame: ClipFrame, number: number, place: Rectangle, stride: number): ClipFrame {
  const [y, u, v] = [frame.y.slice(), frame.u.slice(), frame.v.slice()];
  const side = place.width / CELLS;
  for (let cell = 0; cell < CELLS; cell++) {
    const left = place.x + cell * side;
    for (let row = place.y; row < place.y + side; row++)
      y.fill(cellLuma(number, cell), row * stride + left, row * stride + left + side);
  }
  for (const plane of [u, v]) {
    for (let row = place.y / 2; row < (place.y + side) / 2; row++) {
      const start = (row * stride) / 2 + place.x / 2;
      plane.fill(128, start, start + place.width / 2);
    }
  }
  return { ...frame, y, u, v };
}
