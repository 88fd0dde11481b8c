import type { Figures } from './figures.js';
import type { Row } from './rows.js';
import type { Bereft, Outcome } from './run.js';

/** The outcome of one library without its network. */
export interface BereftRow {
  readonly row: Row;
  readonly bereft: Bereft;
}

const HEAD = [
  '',
  'fps',
  'floor ms/frame',
  'CPU ms/frame',
  'latency ms',
  'first ms',
  'longest task ms',
  'tasks > 50 ms',
  'raw: start',
  'work',
  'switching',
  'MB',
  'matte MAD',
  'IoU',
];

/** One line a row. What failed says so in the last column. */
export function rowsOf(outcomes: readonly Outcome[]): readonly (readonly string[])[] {
  return [HEAD, ...outcomes.map(rowOf)];
}

function rowOf({ row, figures, matte, failure }: Outcome): readonly string[] {
  if (!figures) return [row.label, `failed: ${failure ?? 'nothing is known'}`];
  const show = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '-';
  // The floor shows the room: that is what it is for.
  const raw = (value: number | undefined) => (row.library === 'pass' ? '-' : show(value, 0));
  return [
    row.label,
    show(figures.framesPerSecond, 1),
    show(figures.floor, 1),
    show(figures.processor, 1),
    show(figures.latency, 1),
    row.library === 'pass' ? '-' : show(figures.first, 0),
    show(figures.longestTask, 0),
    show(figures.longTasks, 0),
    raw(figures.rawAtStart),
    raw(figures.rawAtWork),
    raw(figures.rawAtSwitching),
    show(figures.memory, 0),
    failure === undefined ? show(matte?.mad, 2) : 'failed',
    show(matte?.iou, 3),
  ];
}

/** What became of libraries without their networks. */
export function bereftRowsOf(rows: readonly BereftRow[]): readonly (readonly string[])[] {
  return [
    ['network answered with 404', 'frames out', 'raw', 'error'],
    ...rows.map(({ row, bereft }) => [
      row.library,
      String(bereft.frames),
      String(bereft.raw),
      bereft.error ?? 'none',
    ]),
  ];
}

/** Something that was promised of ours, and what was measured. */
interface Budget {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** The budgets of live use, each against our own rows; those whose row was not run are left out. */
export function budgetRowsOf(
  outcomes: readonly Outcome[],
  bereft: readonly BereftRow[],
): readonly (readonly string[])[] {
  const ours = outcomes.filter(({ row }) => row.library === 'ours');
  const find = (label: string) => ours.find(({ row }) => row.label === label)?.figures;
  const tasks = ours.flatMap(({ figures }) => (figures ? [figures.longestTask] : []));
  const medium = find('elsewhere medium, blur');
  const budgets = [
    atMost('CPU above the floor, 720p30, medium', 12, 'ms', medium?.processor),
    atMost('CPU above the floor, 720p30, light', 8, 'ms', find('elsewhere light, blur')?.processor),
    sustained(find('elsewhere medium, blur, 1080p')),
    atMost('first processed frame, cold', 350, 'ms', medium?.first),
    atMost('first processed frame, prewarmed', 100, 'ms', find('elsewhere medium, blur, prewarmed')?.first),
    atMost('latency at 720p30, medium', 25, 'ms', medium?.latency),
    atMost('longest task of the page, all rows', 50, 'ms', largest(tasks)),
    atMost('raw frames, all rows', 0, '', rawFrames(ours, bereft)),
  ].flatMap((budget) => budget ?? []);
  return [
    ['budget', 'wanted', 'measured', ''],
    ...budgets.map(({ what, wanted, measured, holds }) => [
      what,
      wanted,
      measured,
      holds ? 'reached' : 'missed',
    ]),
  ];
}

function atMost(what: string, limit: number, unit: string, value: number | undefined): Budget | undefined {
  if (value === undefined) return undefined;
  const digits = Number.isInteger(value) ? 0 : 1;
  const measured = `${value.toFixed(digits)} ${unit}`.trim();
  return { what, wanted: `≤ ${limit} ${unit}`.trim(), measured, holds: value <= limit };
}

/** One frame in a hundred may be late: clocks of camera and bench are not the same. */
function sustained(figures: Figures | undefined): Budget | undefined {
  if (!figures) return undefined;
  const { framesPerSecond } = figures;
  return {
    what: '1080p30 sustained, medium',
    wanted: '30 fps',
    measured: `${framesPerSecond.toFixed(1)} fps`,
    holds: framesPerSecond >= 29.7,
  };
}

function largest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function rawFrames(ours: readonly Outcome[], bereft: readonly BereftRow[]): number | undefined {
  const live = ours.flatMap(({ figures }) =>
    figures ? [figures.rawAtStart + figures.rawAtWork + (figures.rawAtSwitching ?? 0)] : [],
  );
  if (live.length === 0) return undefined;
  const without = bereft.filter(({ row }) => row.library === 'ours').map((each) => each.bereft.raw);
  return [...live, ...without].reduce((sum, count) => sum + count, 0);
}
