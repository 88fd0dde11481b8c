import { describe, expect, it } from 'vitest';
import { figuresOf, type Observation } from '../peers/figures.js';
import { matteError, type Output, type TrueFrame } from '../peers/matte.js';
import { ratioRowsOf } from '../peers/ratios.js';
import { isRaw, type Landmark, shareOf } from '../peers/raw-frames.js';
import { CELLS, cellLuma, readTimeCode } from '../peers/time-code.js';

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
        [3, 1100],
        [7, 1400],
        [3, 4000],
        [-1, 4010],
        [5, 4460],
        [3, 5900],
      ],
      output: [
        [2, 1101, 1],
        [-1, 2500, 1],
        [7, 3020, 0],
        [3, 4040, 0],
        [5, 4500, 1],
        [-1, 5500, 1],
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
    loaded: { raw: 5000, gzip: 2000 },
  };

  it('contain the frame rate and the cost above the baseline', () => {
    const figures = figuresOf(observation);
    expect(figures.framesPerSecond).toBe(1.5);
    expect(figures.processor).toBeCloseTo((800 - 200) / 3);
    expect(figures.memory).toBe(50);
  });

  it('contain the latency, from the last of the camera frames with the number that the output shows', () => {
    const { latency, latency95 } = figuresOf(observation);
    expect([latency, latency95]).toEqual([40, 1620]);
    const lost = observation.record.output.map(([, ...rest]) => [-1, ...rest] as const);
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

describe('a time code', () => {
  const size = { x: 0, y: 0, width: 8 * CELLS, height: 8 };
  const drawn = (frame: number) =>
    Array.from({ length: size.width * size.height }, (_, i) =>
      cellLuma(frame, Math.floor((i % size.width) / 8)),
    );

  it('is read in both ranges of luma', () => {
    for (let frame = 0; frame < 128; frame++) {
      expect(readTimeCode(drawn(frame), size)).toBe(frame);
      const full = drawn(frame).map((luma) => (luma - 16) * (255 / 219));
      expect(readTimeCode(full, size)).toBe(frame);
    }
  });

  it('is not read where it is blurred, covered or damaged', () => {
    const width = size.width;
    const blurred = drawn(21).map((_, i, luma) => {
      const row = luma.slice(i - (i % width), i - (i % width) + width);
      return row.reduce((sum, value) => sum + value, 0) / width;
    });
    expect(readTimeCode(blurred, size)).toBeUndefined();
    expect(readTimeCode(new Uint8Array(width * size.height), size)).toBeUndefined();
    const damaged = drawn(21).map((luma, i) => (i % width < 8 ? 260 - luma : luma));
    expect(readTimeCode(damaged, size)).toBeUndefined();
  });
});

describe('the ratios', () => {
  const row = { label: 'x', height: 720, scene: 'blur' } as const;
  const figures = figuresOf({
    record: { camera: [[1, 2990]], output: [[1, 3010, 0]], tasks: [] },
    start: { began: 2900, ready: 2950 },
    baseline: { from: 0, to: 1000, processor: 0.1, memory: 100 },
    work: { from: 3000, to: 4000, processor: 0.3, memory: 150 },
    ownLatency: null,
    loaded: { raw: 5000, gzip: 2000 },
  });
  const reference = {
    ...figures,
    first: 440,
    processor: 400,
    latency: 80,
    memory: 500,
    loaded: { raw: 1e6, gzip: 1e5 },
  };

  it("divide by MediaPipe's row of the same size", () => {
    const outcomes = [
      { row: { ...row, library: 'ours', label: 'ours' }, figures },
      { row: { ...row, library: 'ours', label: 'large', height: 1080 }, figures },
      { row: { ...row, library: 'mediapipe' }, figures: reference },
    ] as const;
    expect(ratioRowsOf(outcomes).slice(1)).toEqual([
      ['ours', '0.25', '0.50', '0.25', '0.10', '0.0050', '0.020'],
    ]);
    expect(ratioRowsOf(outcomes.slice(0, 2))).toHaveLength(1);
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
