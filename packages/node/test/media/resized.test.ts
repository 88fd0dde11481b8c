import { readFileSync, writeFileSync } from 'node:fs';
import { timeRange } from '@elsewhere/engine/internal';
import { convert } from '@elsewhere/node';
import { describe, expect, it } from 'vitest';
import { lookAhead } from '../../src/media/input/look-ahead.js';
import { VideoBackground } from '../../src/media/video-background.js';
import { type DecodedFrame, makeVideo, pictures, temporaryDirectory } from './make.js';

const at = temporaryDirectory();

interface Part {
  readonly width: number;
  readonly height: number;
  /** Of the pixels. */
  readonly ratio?: readonly [number, number];
}

const LENGTH = 0.2;

/** A recording of parts of 5 frames each, in each of which a white square is shown. */
function recording(name: string, parts: readonly Part[]): string {
  const bytes = parts.map(({ width, height, ratio }, index) => {
    const side = Math.min(width, height) / 2;
    const wide = Math.round(ratio ? (side * ratio[1]) / ratio[0] : side);
    const square = `drawbox=x=${(width - wide) / 2}:y=${(height - side) / 2}:w=${wide}:h=${side}:color=white:t=fill`;
    return readFileSync(
      makeVideo(at(`${name}-${index}.ts`), {
        picture: `color=gray:size=${width}x${height}:rate=25:duration=${LENGTH},${square}`,
        options: { crf: '10', preset: 'ultrafast', tune: 'zerolatency' },
        delay: 1 + index * LENGTH,
        ...(ratio && { tags: { sampleAspectRatio: ratio } }),
      }),
    );
  });
  writeFileSync(at(name), Buffer.concat(bytes));
  return at(name);
}

/** The width and height of what is white in a frame, in pixels. */
function square({ luma, width }: Pick<DecodedFrame, 'luma' | 'width'>): [number, number] {
  const [columns, rows] = [new Set<number>(), new Set<number>()];
  luma.forEach((value, index) => {
    if (value < 180) return;
    columns.add(index % width);
    rows.add(Math.floor(index / width));
  });
  return [columns.size, rows.size];
}

describe('a recording whose size or shape changes on the way', () => {
  const parts: readonly Part[] = [
    { width: 64, height: 36 },
    { width: 192, height: 108 },
    { width: 108, height: 192 },
    { width: 144, height: 108, ratio: [4, 3] },
    { width: 128, height: 96 },
  ];

  it('has the size of its largest frames, and what it shows keeps its shape', async () => {
    const report = await convert(recording('turned.ts', parts), at('turned.mp4'), {
      background: { type: 'none' },
    });
    const frames = pictures(at('turned.mp4'));
    expect([report.width, report.height, frames.length]).toEqual([192, 108, 25]);
    const sides = [2, 7, 12, 17, 22].map((index) => square(frames[index] ?? frames[0] ?? never()));
    // Half of the shorter side of what is shown, at its size in the output.
    const expected = [54, 54, 30, 54, 54];
    for (const [index, [wide, high]] of sides.entries()) {
      expect(Math.abs(wide - (expected[index] ?? 0)), `width ${index}`).toBeLessThanOrEqual(2);
      expect(Math.abs(high - (expected[index] ?? 0)), `height ${index}`).toBeLessThanOrEqual(2);
    }
    const bars = (frame: DecodedFrame | undefined) => (frame?.luma[54 * 192 + 2] ?? 255) < 30;
    expect([2, 7, 12, 17, 22].map((index) => bars(frames[index]))).toEqual([false, false, true, false, true]);
    expect(report.warnings).toEqual([
      { code: 'SIZE_CHANGED', message: expect.stringMatching(/fitted into 192x108/) },
    ]);
  });

  it('makes the engine forget the frames before the change', async () => {
    const path = recording('forgotten.ts', [
      { width: 160, height: 90 },
      { width: 192, height: 108 },
    ]);
    const { statistics } = await convert(path, at('forgotten.mp4'), {
      background: { type: 'color', color: '#123456' },
      backend: 'cpu',
    });
    expect(statistics.resets).toBe(1);
  });

  it('is looked at only where it is converted, and not at all if nobody waits for it', () => {
    const path = recording('looked.ts', parts);
    const all = () => true;
    const sizeOf = (start: number, duration?: number, isWanted = all) => {
      const shape = lookAhead(path, timeRange(1, { start, duration }), isWanted).largest;
      return shape && [shape.width, shape.height];
    };
    expect(sizeOf(0)).toEqual([192, 108]);
    expect(sizeOf(0, LENGTH)).toEqual([64, 36]);
    expect(sizeOf(3.1 * LENGTH)).toEqual([144, 108]);
    expect(sizeOf(4.2 * LENGTH)).toEqual([128, 96]);
    expect(sizeOf(0, undefined, () => false)).toBeUndefined();
  });

  it.each(['ts', 'mkv'])('is looked at in some places if it is long (%s)', (extension) => {
    const small = { picture: 'color=gray:size=64x36:rate=5:duration=2', options: { g: '10', bf: '0' } };
    const large = { ...small, picture: small.picture.replace('64x36', '192x108') };
    const name = (part: string) => at(`long-${part}.${extension}`);
    const times = 330;
    const path = makeVideo(name('small'), { ...small, delay: 1, repeat: { times, seconds: 2 } });
    const end = makeVideo(name('large'), {
      ...large,
      delay: 1 + 2 * times,
      repeat: { times: 20, seconds: 2 },
    });
    if (extension === 'ts') writeFileSync(path, readFileSync(end), { flag: 'a' });
    let packets = 0;
    const { largest } = lookAhead(path, timeRange(1, {}), () => ++packets > 0);
    expect([largest?.width, largest?.height]).toEqual(extension === 'ts' ? [192, 108] : [64, 36]);
    expect(packets).toBeLessThan(700);
  });

  it('keeps its shape as a background, too', () => {
    const background = new VideoBackground(recording('background.ts', parts.slice(1, 3)));
    background.frameAt(0);
    const frame = background.frameAt(0.3e6);
    const plane = frame?.planes[0];
    if (!frame || !plane) throw new Error('no frame');
    const luma = Buffer.from(plane.data.subarray(0, plane.stride * frame.height));
    expect([frame.width, frame.height]).toEqual([192, 108]);
    const [wide, high] = square({ luma, width: plane.stride });
    expect(Math.abs(wide - high)).toBeLessThanOrEqual(2);
    background.dispose();
  });
});

function never(): never {
  throw new Error('There are too few frames.');
}
