import type { Figures } from './figures.js';
import type { Row } from './rows.js';
import type { MissingNetwork, Outcome } from './run.js';

/** The result of one library without its network. */
export interface MissingNetworkRow {
  readonly row: Row;
  readonly result: MissingNetwork;
}

const HEAD = [
  '',
  'fps',
  'baseline ms/frame',
  'CPU ms/frame',
  'latency ms',
  'first ms',
  'longest task ms',
  'tasks > 50 ms',
  'raw: start',
  'work',
  'switching',
  'MB',
  'loaded kB',
  'gzip kB',
  'matte MAD',
  'IoU',
];

/** One line for each row, with failures in place of figures. */
export function rowsOf(outcomes: readonly Outcome[]): readonly (readonly string[])[] {
  return [HEAD, ...outcomes.map(rowOf)];
}

function rowOf({ row, figures, matte, failure }: Outcome): readonly string[] {
  if (!figures) return [row.label, `failed: ${failure ?? 'unknown reason'}`];
  const show = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '-';
  // The pass-through shows the camera background by design.
  const raw = (value: number | undefined) => (row.library === 'pass' ? '-' : show(value, 0));
  return [
    row.label,
    show(figures.framesPerSecond, 1),
    show(figures.baseline, 1),
    show(figures.processor, 1),
    show(figures.latency, 1),
    row.library === 'pass' ? '-' : show(figures.first, 0),
    show(figures.longestTask, 0),
    show(figures.longTasks, 0),
    raw(figures.rawAtStart),
    raw(figures.rawAtWork),
    raw(figures.rawAtSwitching),
    show(figures.memory, 0),
    row.library === 'pass' ? '-' : show(figures.loaded.raw / 1000, 0),
    row.library === 'pass' ? '-' : show(figures.loaded.gzip / 1000, 0),
    failure === undefined ? show(matte?.mad, 2) : 'failed',
    show(matte?.iou, 3),
  ];
}

/** The results of libraries without their networks. */
export function missingNetworkRowsOf(rows: readonly MissingNetworkRow[]): readonly (readonly string[])[] {
  return [
    ['network answered with 404', 'output frames', 'raw', 'error'],
    ...rows.map(({ row, result }) => [
      row.library,
      String(result.frames),
      String(result.raw),
      result.error ?? 'none',
    ]),
  ];
}

/** A budget of ours, and the measured value. */
interface Budget {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** The budgets of live use, compared with our own rows. Budgets whose row was not run are omitted. */
export function budgetRowsOf(
  outcomes: readonly Outcome[],
  missingNetworks: readonly MissingNetworkRow[],
): readonly (readonly string[])[] {
  const ours = outcomes.filter(({ row }) => row.library === 'ours');
  const find = (label: string) => ours.find(({ row }) => row.label === label)?.figures;
  const tasks = ours.flatMap(({ figures }) => (figures ? [figures.longestTask] : []));
  const auto = find('elsewhere auto, blur');
  const budgets = [
    atMost('CPU above the baseline, 720p30, high', 9, 'ms', find('elsewhere high, blur')?.processor),
    atMost('CPU above the baseline, 720p30, lowest', 4, 'ms', find('elsewhere lowest, blur')?.processor),
    sustained(find('elsewhere auto, blur, 1080p')),
    atMost('first processed frame, cold, auto', 140, 'ms', auto?.first),
    atMost('first processed frame, prewarmed', 100, 'ms', find('elsewhere medium, blur, prewarmed')?.first),
    atMost('latency at 720p30, auto', 8, 'ms', auto?.latency),
    atMost('latency at 1080p30, auto', 16, 'ms', find('elsewhere auto, blur, 1080p')?.latency),
    atMost('memory above the pass-through, 720p, auto', 50, 'MB', auto?.memory),
    atMost('longest task of the page, all rows', 50, 'ms', largest(tasks)),
    atMost('raw frames, all rows', 0, '', rawFrames(ours, missingNetworks)),
  ].flatMap((budget) => budget ?? []);
  return [
    ['budget', 'limit', 'measured', ''],
    ...budgets.map(({ what, limit, measured, holds }) => [
      what,
      limit,
      measured,
      holds ? 'reached' : 'missed',
    ]),
  ];
}

function atMost(what: string, limit: number, unit: string, value: number | undefined): Budget | undefined {
  if (value === undefined) return undefined;
  const digits = Number.isInteger(value) ? 0 : 1;
  const measured = `${value.toFixed(digits)} ${unit}`.trim();
  return { what, limit: `≤ ${limit} ${unit}`.trim(), measured, holds: value <= limit };
}

/** One frame in a hundred may be late, because the clocks of camera and bench differ. */
function sustained(figures: Figures | undefined): Budget | undefined {
  if (!figures) return undefined;
  const { framesPerSecond } = figures;
  return {
    what: '1080p30 sustained, auto',
    limit: '30 fps',
    measured: `${framesPerSecond.toFixed(1)} fps`,
    holds: framesPerSecond >= 29.7,
  };
}

function largest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function rawFrames(
  ours: readonly Outcome[],
  missingNetworks: readonly MissingNetworkRow[],
): number | undefined {
  const live = ours.flatMap(({ figures }) =>
    figures ? [figures.rawAtStart + figures.rawAtWork + (figures.rawAtSwitching ?? 0)] : [],
  );
  if (live.length === 0) return undefined;
  const without = missingNetworks.filter(({ row }) => row.library === 'ours').map(({ result }) => result.raw);
  return [...live, ...without].reduce((sum, count) => sum + count, 0);
}
