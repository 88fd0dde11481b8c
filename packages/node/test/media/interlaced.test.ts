import { readFileSync, writeFileSync } from 'node:fs';
import { convert } from '@elsewhere/node';
import { AV_FRAME_FLAG_INTERLACED } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../src/media/input/decoder.js';
import { Reader } from '../../src/media/input/reader.js';
import { VideoBackground } from '../../src/media/video-background.js';
import { inspect, makeVideo, pictures, temporaryDirectory, type VideoRecipe } from './make.js';

const at = temporaryDirectory();
const SIZE = { width: 128, height: 96 };
/** Bars that move: a field has all of them, and two fields of different times make a comb. */
const moving = (seconds: number) =>
  `color=gray:size=${SIZE.width}x${SIZE.height}:rate=50:duration=${seconds},format=yuv420p,geq=lum='128+100*sin((X-6*N)/8)':cb=128:cr=128`;
const weave = (first: 'top' | 'bottom') =>
  `tinterlace=interleave_${first},fieldorder=${first === 'top' ? 'tff' : 'bff'}`;

/** The luma of the frames between which the fields of an interlaced recording were taken. */
const source = () => {
  makeVideo(at('source.mkv'), { picture: moving(0.6), options: { crf: '0', preset: 'ultrafast' } });
  return pictures(at('source.mkv')).map(({ luma }) => luma);
};

function interlaced(name: string, first: 'top' | 'bottom', recipe: VideoRecipe = {}, seconds = 0.6): string {
  return makeVideo(at(name), {
    picture: `${moving(seconds)},${weave(first)}`,
    options: {
      crf: '8',
      preset: 'ultrafast',
      flags: '+ildct+ilme',
      'x264-params': first === 'top' ? 'tff=1' : 'bff=1',
    },
    ...recipe,
  });
}

interface Decoded {
  readonly time: number;
  readonly flagged: boolean;
  readonly luma: Buffer;
}

/** All frames of a video, as the conversion gets them. */
function decode(path: string, mode?: 'auto' | 'on' | 'off'): { frames: Decoded[]; deinterlaces: boolean } {
  const reader = Reader.open(path);
  const decoder = new Decoder(reader.video, 'it', { deinterlace: mode });
  const packet = new Packet();
  packet.alloc();
  const frames: Decoded[] = [];
  const { num, den } = reader.video.timeBase;
  const drain = () => {
    while (decoder.receive()) {
      const { frame } = decoder;
      const stride = frame.linesize[0] ?? 0;
      const rows = Array.from({ length: frame.height }, (_, row) =>
        Buffer.from(frame.data?.[0]?.subarray(row * stride, row * stride + frame.width) ?? []),
      );
      frames.push({
        time: Math.round((Number(decoder.timestamp()) * num * 1000) / den),
        flagged: frame.hasFlags(AV_FRAME_FLAG_INTERLACED),
        luma: Buffer.concat(rows),
      });
    }
  };
  while (reader.read(packet)) {
    if (packet.streamIndex === reader.video.index) decoder.send(packet);
    packet.unref();
    drain();
  }
  decoder.send(undefined);
  drain();
  const { deinterlaces } = decoder;
  decoder.dispose();
  reader.close();
  packet.free();
  return { frames, deinterlaces };
}

function difference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** How far frames are from those at the times of their first fields. */
function error(frames: readonly Decoded[], progressive: readonly Buffer[]): number {
  return mean(frames.map(({ luma }, index) => difference(luma, progressive[2 * index] ?? Buffer.alloc(0))));
}

describe('an interlaced recording', () => {
  const top = interlaced('top.mp4', 'top');
  const combed = decode(top, 'off');

  it('has a comb unless it is deinterlaced', () => {
    expect(combed.deinterlaces).toBe(false);
    expect(combed.frames.every(({ flagged }) => flagged)).toBe(true);
    expect(error(combed.frames, source())).toBeGreaterThan(7);
  });

  it.each([
    ['H.264, top field first', () => top],
    ['H.264, bottom field first', () => interlaced('bottom.mp4', 'bottom')],
    ['FFV1', () => interlaced('ffv1.mkv', 'top', { encoder: 'ffv1', options: {} })],
    [
      'a codec that leaves it to the container to say so',
      () => interlaced('huffyuv.mkv', 'bottom', { encoder: 'ffvhuff', options: { field_order: 'bb' } }),
    ],
  ])('becomes progressive, frame for frame, at its times: %s', (_, make) => {
    const { frames, deinterlaces } = decode(make());
    expect(deinterlaces).toBe(true);
    expect(frames).toHaveLength(15);
    expect(frames.some(({ flagged }) => flagged)).toBe(false);
    const first = frames[0]?.time ?? 0;
    expect(frames.map(({ time }) => time - first)).toEqual(frames.map((_frame, index) => index * 40));
    expect(error(frames, source())).toBeLessThan(4);
  });

  it.each([1, 2, 3])('of %d frames keeps them all', (count) => {
    const { frames } = decode(interlaced(`short-${count}.mp4`, 'top', {}, count / 25));
    expect(frames.map(({ time }) => time)).toEqual(Array.from({ length: count }, (_, index) => index * 40));
  });

  it('that does not say so is deinterlaced if that is asked for', () => {
    const silent = makeVideo(at('silent.mp4'), {
      picture: `${moving(0.6)},${weave('top')},setfield=prog`,
      options: { crf: '8', preset: 'ultrafast' },
    });
    expect(error(decode(silent).frames, source())).toBeGreaterThan(7);
    const { frames } = decode(silent, 'on');
    expect(frames).toHaveLength(15);
    expect(error(frames, source())).toBeLessThan(4);
  });
});

describe('a recording that is interlaced in part', () => {
  it('keeps its progressive frames as they are, before and behind', () => {
    const parts = [0, 1, 2].map((part) =>
      makeVideo(at(`part-${part}.ts`), {
        picture: `${moving(0.2)},${weave('top')}${part === 1 ? '' : ',setfield=prog'}`,
        options: {
          preset: 'ultrafast',
          tune: 'zerolatency',
          ...(part === 1 && { flags: '+ildct+ilme', 'x264-params': 'tff=1' }),
        },
        delay: 1 + part * 0.2,
      }),
    );
    const joined = at('joined.ts');
    writeFileSync(joined, Buffer.concat(parts.map((part) => readFileSync(part))));
    const [as, plain] = [decode(joined), decode(joined, 'off')];
    expect(as.frames.map(({ time }) => time)).toEqual(plain.frames.map(({ time }) => time));
    expect(as.frames).toHaveLength(15);
    const changed = as.frames.map(({ luma }, index) => !luma.equals(plain.frames[index]?.luma ?? luma));
    expect(changed).toEqual(plain.frames.map(({ flagged }) => flagged));
    expect(as.frames.some(({ flagged }) => flagged)).toBe(false);
    expect(new Set(changed).size).toBe(2);
  });
});

describe('converted', () => {
  it('an interlaced recording is progressive, and a warning says so', async () => {
    const input = interlaced('in.mp4', 'top');
    const report = await convert(input, at('out.mkv'), {
      background: { type: 'none' },
      codec: 'ffv1',
    });
    expect(report.warnings.map(({ code }) => code)).toEqual(['DEINTERLACED']);
    const out = pictures(at('out.mkv'));
    expect(out.map(({ time }) => Math.round(time * 1000))).toEqual(out.map((_, index) => index * 40));
    expect(out).toHaveLength(15);
    expect(mean(out.map(({ luma }, index) => difference(luma, source()[2 * index] ?? luma)))).toBeLessThan(4);
    const left = await convert(input, at('left.mkv'), {
      background: { type: 'none' },
      codec: 'ffv1',
      deinterlace: 'off',
    });
    expect(left.warnings).toEqual([]);
    expect(inspect(at('left.mkv')).streams[0]?.packets).toHaveLength(15);
  });

  it('an interlaced background is progressive, too', () => {
    const background = new VideoBackground(interlaced('background.mp4', 'top'));
    const frame = background.frameAt(200_000);
    if (!frame) throw new Error('no frame');
    const luma = Buffer.concat(
      Array.from({ length: frame.height }, (_, row) => {
        const { data, stride } = frame.planes[0] ?? { data: new Uint8Array(), stride: 0 };
        return Buffer.from(data.subarray(row * stride, row * stride + frame.width));
      }),
    );
    expect(difference(luma, source()[10] ?? luma)).toBeLessThan(4);
    background.dispose();
  });
});
