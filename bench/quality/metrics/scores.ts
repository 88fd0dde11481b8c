/** The metrics of a row, in the order of the table. `lag` is computed for an item, all others for each of its frames. */
export const METRICS = {
  iou: { title: 'IoU', digits: 3, higherIsBetter: true },
  mad: { title: 'MAD', digits: 1, higherIsBetter: false },
  mse: { title: 'MSE', digits: 1, higherIsBetter: false },
  band: { title: 'band', digits: 1, higherIsBetter: false },
  gradient: { title: 'grad', digits: 2, higherIsBetter: false },
  boundary: { title: 'BF', digits: 3, higherIsBetter: true },
  dtssd: { title: 'dtSSD', digits: 2, higherIsBetter: false },
  flicker: { title: 'flick', digits: 2, higherIsBetter: false },
  lag: { title: 'lag', digits: 2, higherIsBetter: false },
  psnr: { title: 'PSNR', digits: 1, higherIsBetter: true },
  composite: { title: 'green', digits: 1, higherIsBetter: false },
  plainPsnr: { title: 'PSNR~', digits: 1, higherIsBetter: true },
  plainComposite: { title: 'green~', digits: 1, higherIsBetter: false },
} as const;

/** The key of one of the {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

/** The keys of all metrics. */
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** Values by metric. Metrics that cannot be computed are absent. */
export type Scores = Partial<Record<MetricName, number>>;

/** The result of a row on an item. */
export interface RowResult {
  /** One entry per frame, without `lag`. */
  readonly frames: readonly Scores[];
  /** The means over the frames, and `lag`. */
  readonly item: Scores;
}

/** The mean of each metric over those that have it. */
export function meanScores(scores: readonly Scores[]): Scores {
  return summarise(scores, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** The median of each metric over those that have it; for an even number, the mean of the middle two. */
export function medianScores(scores: readonly Scores[]): Scores {
  return summarise(scores, (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    const upper = sorted[sorted.length >> 1] ?? 0;
    return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? 0)) / 2;
  });
}

function summarise(scores: readonly Scores[], summary: (values: readonly number[]) => number): Scores {
  const result: Scores = {};
  for (const name of METRIC_NAMES) {
    const values = scores.map((each) => each[name]).filter((value) => value !== undefined);
    if (values.length > 0) result[name] = summary(values);
  }
  return result;
}
