import { table } from '../../table.js';
import { METRIC_NAMES, METRICS, meanScores, medianScores } from '../metrics/scores.js';
import type { Group } from './groups.js';

/** The table of a group: a row for each method, mean and median of each metric that any of them has. */
export function groupTable({ title, kind, count, rows }: Group): string {
  const summaries = [...rows].map(([name, scores]) => ({
    name,
    mean: meanScores(scores),
    median: medianScores(scores),
  }));
  const metrics = METRIC_NAMES.filter((metric) => summaries.some(({ mean }) => mean[metric] !== undefined));
  const cell = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '-';
  const lines = summaries.map(({ name, mean, median }) => [
    name,
    ...metrics.map((metric) => {
      const { digits } = METRICS[metric];
      return `${cell(mean[metric], digits)} (${cell(median[metric], digits)})`;
    }),
  ]);
  const items = count === 1 ? '' : `, ${count} ${kind}s`;
  return `${title}${items}\n${table([['', ...metrics.map((metric) => METRICS[metric].title)], ...lines])}\n`;
}
