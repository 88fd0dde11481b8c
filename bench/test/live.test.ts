import { describe, expect, it } from 'vitest';
import { figuresOf, type Observation } from '../peers/figures.js';
import { matteError, type Output, type TrueFrame } from '../peers/matte.js';
import { isRaw, type Landmark, shareOf } from '../peers/raw-frames.js';

describe('the camera background', () => {
  const landmark: Landmark = { x: 0, y: 0, width: 4, height: 2, luma: [10, 200, 20, 180, 90, 10, 220, 30] };

  it('is recognised by its edges, in both ranges of luma', () => {
    expect(shareOf(landmark.luma, landmark)).toBe(1);
    expect(
      isRaw(
        shareOf(
          landmark.luma.map((value) => 0.86 * value + 16),
          landmark,
        ),
      ),
    ).toBe(true);
  });

  it('is not recognised when it is blurred or covered', () => {
    expect(isRaw(shareOf([95, 105, 100, 102, 85, 90, 95, 88], landmark))).toBe(false);
    expect(
      shareOf(
        landmark.luma.map(() => 77),
        landmark,
      ),
    ).toBe(0);
  });

  it('is not confused with another one', () => {
    expect(isRaw(shareOf([200, 10, 180, 20, 10, 90, 30, 220], landmark))).toBe(false);
  });
});

describe('the figures of a row', () => {
  const observation: Observation = {
    record: {
      camera: [
        [99_000, 1100],
        [100_000, 1099],
        [101_000, 1101],
      ],
      output: [
        [100_500, 1101, 1],
        [1_500_000, 2500, 1],
        [2_000_000, 3020, 0],
        [3_000_000, 4040, 0],
        [3_460_000, 4500, 1],
        [4_500_000, 5500, 1],
      ],
      tasks: [
        [100, 900],
        [2100, 60],
        [2200, 80],
      ],
    },
    start: { began: 2000, ready: 2200 },
    baseline: { from: 0, to: 1000, processor: 0.1, memory: 100 },
    work: { from: 3000, to: 5000, processor: 0.8, memory: 150 },
    switching: [5000, 6000],
    ownLatency: null,
  };

  it('contain the frame rate and the cost above the baseline', () => {
    const figures = figuresOf(observation);
    expect(figures.framesPerSecond).toBe(1.5);
    expect(figures.processor).toBeCloseTo((800 - 200) / 3);
    expect(figures.memory).toBe(50);
  });

  it('contain the latency of frames that keep their timestamps', () => {
    const { latency, latency95 } = figuresOf(observation);
    expect([latency, latency95]).toEqual([40, 40]);
    const lost = observation.record.output.map(([, ...rest]) => [1e12, ...rest] as const);
    expect(
      figuresOf({ ...observation, record: { ...observation.record, output: lost } }).latency,
    ).toBeUndefined();
  });

  it('contain the time to the first frame without the camera background', () => {
    const { first, ready, longTasks, longestTask } = figuresOf(observation);
    expect([first, ready, longTasks, longestTask]).toEqual([1020, 200, 2, 80]);
  });

  it('count frames that show the camera background', () => {
    const { rawAtStart, rawAtWork, rawAtSwitching } = figuresOf(observation);
    expect([rawAtStart, rawAtWork, rawAtSwitching]).toEqual([1, 1, 1]);
  });
});

describe('the matte of an output', () => {
  const size = { width: 8, height: 4 };
  const person = (column: number) => (column >= 4 ? 255 : 0);
  const plane = (value: (column: number) => number) =>
    Uint8Array.from({ length: 32 }, (_, i) => value(i % 8));
  const truth = (luma: number): TrueFrame => ({
    y: plane((column) => luma + column),
    u: new Uint8Array(8).fill(90),
    v: new Uint8Array(8).fill(170),
    alpha: plane(person),
  });
  const clip = [truth(60), truth(200)];

  /** A composite over one colour, with an alpha for each column, as I420. */
  function over(frame: TrueFrame, alpha: (column: number) => number): Output {
    const mixed = (plane: Uint8Array, background: number, across: number) =>
      plane.map((value, i) => {
        const share = alpha((8 / across) * (i % across));
        return Math.round(share * value + (1 - share) * background);
      });
    return {
      ...size,
      format: 'I420',
      layout: [
        { offset: 0, stride: 8 },
        { offset: 32, stride: 4 },
        { offset: 40, stride: 4 },
      ],
      data: Uint8Array.from([...mixed(frame.y, 120, 8), ...mixed(frame.u, 54, 4), ...mixed(frame.v, 34, 4)]),
    };
  }

  it('has no error when it is exact, for each frame of the clip', () => {
    for (const frame of clip) {
      const { mad, iou } = matteError([over(frame, (column) => person(column) / 255)], clip, size);
      expect(mad).toBeLessThan(10);
      expect(iou).toBe(1);
    }
  });

  it('has an error of a quarter when a quarter of the frame is wrongly foreground', () => {
    const { mad, iou } = matteError([over(truth(60), (column) => (column >= 2 ? 1 : 0))], clip, size);
    expect(mad).toBeCloseTo(250, -1);
    expect(iou).toBeCloseTo(2 / 3);
  });

  it('is refused when it has another size', () => {
    expect(() => matteError([over(truth(60), () => 1)], clip, { width: 16, height: 8 })).toThrow(RangeError);
  });
});
