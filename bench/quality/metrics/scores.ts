/**
 * The metrics of a row, in the order of the table. Those with `isOfItem` are computed for
 * a whole item, all others for each of its frames.
 */
export const METRICS = {
  iou: { title: 'IoU', digits: 3, higherIsBetter: true },
  mad: { title: 'MAD', digits: 1, higherIsBetter: false },
  mse: { title: 'MSE', digits: 1, higherIsBetter: false },
  band: { title: 'band', digits: 1, higherIsBetter: false },
  gradient: { title: 'grad', digits: 2, higherIsBetter: false },
  boundary: { title: 'BF', digits: 3, higherIsBetter: true },
  dtssd: { title: 'dtSSD', digits: 2, higherIsBetter: false },
  flicker: { title: 'flick', digits: 2, higherIsBetter: false },
  toggles: { title: 'toggles', digits: 1, higherIsBetter: false, isOfItem: true },
  pops: { title: 'pops', digits: 1, higherIsBetter: false, isOfItem: true },
  debris: { title: 'debris', digits: 1, higherIsBetter: false, isOfItem: true },
  births: { title: 'births', digits: 0, higherIsBetter: false, isOfItem: true },
  shim: { title: 'shim', digits: 2, higherIsBetter: false, isOfItem: true },
  comb: { title: 'comb', digits: 2, higherIsBetter: false },
  lag: { title: 'lag', digits: 2, higherIsBetter: false, isOfItem: true },
  psnr: { title: 'PSNR', digits: 1, higherIsBetter: true },
  composite: { title: 'green', digits: 1, higherIsBetter: false },
  plainPsnr: { title: 'PSNR~', digits: 1, higherIsBetter: true },
  plainComposite: { title: 'green~', digits: 1, higherIsBetter: false },
} as const;

/** The key of one of the {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

/** The keys of all metrics. */
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** The keys of the metrics that are computed for a whole item. */
export const ITEM_METRICS = METRIC_NAMES.filter((name) => 'isOfItem' in METRICS[name]);

/** Values by metric. Metrics that cannot be computed are absent. */
export type Scores = Partial<Record<MetricName, number>>;

/** The result of a row on an item. */
export interface RowResult {
  /** One entry per frame, without the metrics of a whole item. */
  readonly frames: readonly Scores[];
  /** The means over the frames, and the metrics of the whole item. */
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
