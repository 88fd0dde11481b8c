import { describe, expect, it } from 'vitest';
import { frameToRgb, greyToAlpha, rgbToFrame } from '../quality/items/yuv.js';
import { compositeError, GREEN, overGreen, throughVideo } from '../quality/metrics/composite.js';
import { estimateForeground } from '../quality/metrics/foreground.js';
import { noise } from './images.js';

const size = { width: 48, height: 32 };
const pixels = size.width * size.height;

describe('overGreen', () => {
  it('shows the colours where alpha is 1 and green where it is 0', () => {
    const rgb = Uint8Array.of(9, 8, 7, 9, 8, 7, 100, 77, 64);
    expect([...overGreen(rgb, Uint8Array.of(255, 0, 51))]).toEqual([9, 8, 7, ...GREEN, 20, 157, 64]);
  });
});

describe('compositeError', () => {
  it('computes PSNR and the error in the band', () => {
    const error = compositeError(Uint8Array.of(51, 51, 51, 0, 0, 0), new Uint8Array(6), Uint8Array.of(1, 0));
    expect(error.psnr).toBeCloseTo(10 * Math.log10(50));
    expect(error.band).toBeCloseTo(200);
    expect(compositeError(new Uint8Array(3), new Uint8Array(3), Uint8Array.of(0))).toEqual({
      psnr: 100,
      band: undefined,
    });
  });
});

describe('throughVideo', () => {
  it('changes an image only once, except for rounding', () => {
    // Muted colours, because colours outside YUV's range are clipped each time.
    const rgb = noise(3 * pixels).map((value) => 64 + (value >> 1));
    const like = { ...size, colorSpace: { matrix: 'bt709', range: 'limited' } } as const;
    const once = throughVideo(rgb, like);
    const twice = throughVideo(once, like);
    const worst = once.reduce((most, value, i) => Math.max(most, Math.abs(value - (twice[i] ?? 0))), 0);
    expect(worst).toBeLessThanOrEqual(3);
  });
});

describe('frames', () => {
  it('keep grey', () => {
    const grey = Uint8Array.from({ length: 3 * pixels }, (_, i) => Math.floor(i / 3) % 256);
    expect(frameToRgb(rgbToFrame(grey, size))).toEqual(grey);
  });
});

describe('greyToAlpha', () => {
  it('reads both ranges', () => {
    const luma = Uint8Array.of(0, 16, 126, 235, 255);
    expect([...greyToAlpha(luma, { range: 'full' })]).toEqual([...luma]);
    expect([...greyToAlpha(luma, { range: 'limited' })]).toEqual([0, 0, 128, 255, 255]);
  });
});

describe('estimateForeground', () => {
  it('removes the camera background from a soft edge', () => {
    // A ramp of alpha between a red person and a blue camera background.
    const alpha = Uint8Array.from({ length: pixels }, (_, i) =>
      Math.round(255 * Math.min(1, Math.max(0, ((i % size.width) - 16) / 16))),
    );
    const rgb = Uint8Array.from({ length: 3 * pixels }, (_, at) => {
      const share = (alpha[Math.floor(at / 3)] ?? 0) / 255;
      const [person, camera] = [[200, 40, 30][at % 3] ?? 0, [20, 60, 220][at % 3] ?? 0];
      return Math.round(person * share + camera * (1 - share));
    });
    const foreground = estimateForeground(rgb, alpha, size);
    let worst = 0;
    for (let i = 0; i < pixels; i++) {
      if ((alpha[i] ?? 0) < 40) continue;
      for (let c = 0; c < 3; c++) {
        worst = Math.max(worst, Math.abs((foreground[3 * i + c] ?? 0) - ([200, 40, 30][c] ?? 0)));
      }
    }
    expect(worst).toBeLessThan(12);
  });
});
