import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AC3,
  AV_CODEC_ID_EAC3,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_OPUS,
} from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import { soundFormat } from '../src/media/input/sound-format.js';
import { newVp9Size } from '../src/media/input/vp9-size.js';

/** Bytes of fields, each with its number of bits. */
function bits(...fields: readonly (readonly [value: number, count: number])[]): Buffer {
  const text = fields.map(([value, count]) => value.toString(2).padStart(count, '0')).join('');
  const bytes = text.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

describe('the format of a packet of sound', () => {
  const adts = (rate: number, channels: number) =>
    bits([0xfff, 12], [1, 4], [1, 2], [rate, 4], [0, 1], [channels, 3], [0, 4], [100, 13]);
  const ac3 = (rate: number, mode: number, levels: number, lfe: number) =>
    bits(
      [0x0b77, 16],
      [0x1234, 16],
      [rate, 2],
      [20, 6],
      [8, 5],
      [0, 3],
      [mode, 3],
      [3, levels],
      [lfe, 1],
      [0, 9],
    );
  const eac3 = (type: number, rate: number, mode: number, lfe: number) =>
    bits([0x0b77, 16], [type, 2], [0, 3], [99, 11], [rate, 2], [3, 2], [mode, 3], [lfe, 1], [16, 5], [0, 11]);
  const mp2 = (rate: number, mode: number, bitRate = 9) =>
    bits([0x7ff, 11], [3, 2], [2, 2], [1, 1], [bitRate, 4], [rate, 2], [0, 2], [mode, 2], [0, 6]);

  it.each([
    ['AAC', AV_CODEC_ID_AAC, [adts(3, 2), adts(4, 2), adts(3, 6), adts(3, 1)]],
    [
      'AC-3',
      AV_CODEC_ID_AC3,
      [ac3(0, 2, 2, 0), ac3(1, 2, 2, 0), ac3(0, 7, 4, 1), ac3(0, 7, 4, 0), ac3(0, 1, 0, 0)],
    ],
    ['E-AC-3', AV_CODEC_ID_EAC3, [eac3(0, 0, 2, 0), eac3(0, 1, 2, 0), eac3(0, 0, 7, 1), eac3(0, 0, 7, 0)]],
    ['MP2', AV_CODEC_ID_MP2, [mp2(1, 0), mp2(0, 0), mp2(1, 3)]],
  ] as const)('differs where rate or channels differ (%s)', (_name, codec, packets) => {
    const formats = packets.map((packet) => soundFormat(codec, packet));
    expect(formats).not.toContain(undefined);
    expect(new Set(formats).size).toBe(packets.length);
  });

  it('is the same where only the bit rate or the kind of stereo differs', () => {
    expect(soundFormat(AV_CODEC_ID_MP2, mp2(1, 0))).toBe(soundFormat(AV_CODEC_ID_MP2, mp2(1, 1, 12)));
  });

  it('is not known where packets do not say it', () => {
    expect(soundFormat(AV_CODEC_ID_AAC, Buffer.from([0x21, 0x10, 4, 0x60]))).toBeUndefined();
    expect(soundFormat(AV_CODEC_ID_OPUS, adts(3, 2))).toBeUndefined();
    expect(soundFormat(AV_CODEC_ID_EAC3, eac3(1, 0, 2, 0))).toBeUndefined();
    expect(soundFormat(AV_CODEC_ID_AC3, Buffer.alloc(0))).toBeUndefined();
  });
});

describe('the size of a VP9 frame between keyframes', () => {
  const size = [
    [639, 16],
    [359, 16],
  ] as const;
  /** Frame marker, profile 0, not an earlier frame, between keyframes. */
  const start = [
    [2, 2],
    [0, 2],
    [0, 1],
    [1, 1],
  ] as const;

  it('is stated where no frame that it refers to has it', () => {
    const shown = bits(...start, [1, 1], [0, 1], [0, 2], [1, 8], [0x123, 12], [0, 3], ...size);
    expect(newVp9Size(shown)).toEqual({ width: 640, height: 360 });
    const resilient = bits(...start, [1, 1], [1, 1], [1, 8], [0x123, 12], [0, 3], ...size);
    expect(newVp9Size(resilient)).toEqual({ width: 640, height: 360 });
  });

  it('is stated by frames that refer to none', () => {
    const intra = bits(...start, [0, 1], [0, 1], [1, 1], [0, 2], [0x498342, 24], [1, 8], ...size);
    expect(newVp9Size(intra)).toEqual({ width: 640, height: 360 });
    const tenBits = bits(
      [2, 2],
      [1, 1],
      [0, 1],
      [0, 1],
      [1, 1],
      [0, 1],
      [0, 1],
      [1, 1],
      [0, 2],
      [0x498342, 24],
    );
    expect(newVp9Size(tenBits)).toBeDefined();
  });

  it('is not stated elsewhere', () => {
    expect(newVp9Size(bits(...start, [1, 1], [0, 1], [0, 2], [1, 8], [0x123, 12], [1, 1]))).toBeUndefined();
    expect(newVp9Size(bits(...start, [1, 1], [0, 1], [0, 2], [1, 8], [0x123, 12], [1, 3]))).toBeUndefined();
    // A keyframe, an earlier frame, and no frame.
    expect(newVp9Size(bits([2, 2], [0, 2], [0, 1], [0, 1], [0x498342, 24]))).toBeUndefined();
    expect(newVp9Size(bits([2, 2], [0, 2], [1, 1]))).toBeUndefined();
    expect(newVp9Size(Buffer.alloc(0))).toBeUndefined();
  });
});
