import { table } from '../../table.js';
import { METRICS, type MetricName, meanScores } from '../metrics/scores.js';
import { ALL_CLIPS, ALL_STILLS, DIFFICULT_CLIPS, type Group } from './groups.js';

/** Which rows are compared. */
export interface Contest {
  /** The row that is judged. */
  readonly ours: string;
  readonly peers: readonly string[];
  readonly raw: readonly string[];
  readonly article: readonly string[];
  /** An earlier version of ours. */
  readonly baseline: readonly string[];
}

/** Whether one target was reached. */
export interface Verdict {
  readonly what: string;
  readonly ours: number;
  /** The value it is compared with: the best of some rows. */
  readonly reference: number;
  /** The ratio of ours and the reference, or their difference if the target is a difference. */
  readonly value: number;
  readonly target: string;
  readonly reached: boolean;
}

/** A target: a metric of a group, compared with the best of some rows. */
interface Target {
  readonly what: string;
  readonly group: string;
  readonly metric: MetricName;
  readonly against: 'peers' | 'raw' | 'article' | 'baseline';
  /** The ratio of ours and the best is at most `atMost`, or their difference is at least `above`. */
  readonly atMost?: number;
  readonly above?: number;
}

const KEYED_STILLS = 'keyed_alpha';

/** The targets for stills and clips. */
const TARGETS: readonly Target[] = [
  { what: 'MAD, all stills', group: ALL_STILLS, metric: 'mad', against: 'peers', atMost: 0.55 },
  { what: 'boundary F, all stills', group: ALL_STILLS, metric: 'boundary', against: 'peers', above: 0.06 },
  { what: 'band MAD, keyed stills', group: KEYED_STILLS, metric: 'band', against: 'peers', atMost: 0.68 },
  {
    what: 'composite in the band, keyed stills',
    group: KEYED_STILLS,
    metric: 'composite',
    against: 'peers',
    atMost: 0.78,
  },
  { what: 'band MAD, clips', group: ALL_CLIPS, metric: 'band', against: 'peers', atMost: 0.8 },
  { what: 'edge flicker, clips', group: ALL_CLIPS, metric: 'flicker', against: 'peers', atMost: 0.6 },
  { what: 'dtSSD, clips', group: ALL_CLIPS, metric: 'dtssd', against: 'peers', atMost: 1 },
  {
    what: 'MAD, all stills, against DeepLab hard',
    group: ALL_STILLS,
    metric: 'mad',
    against: 'article',
    atMost: 0.2,
  },
];

/** How much steadier, and nearer to the truth, a live matte is to be than that of an earlier version. */
const PROGRESS: readonly Target[] = [
  ...(
    [
      [DIFFICULT_CLIPS, 'toggles', 0.3],
      [DIFFICULT_CLIPS, 'pops', 0.18],
      [DIFFICULT_CLIPS, 'births', 0.62],
      [DIFFICULT_CLIPS, 'debris', 0.5],
      [ALL_CLIPS, 'band', 0.97],
      [ALL_CLIPS, 'mad', 0.85],
      [ALL_CLIPS, 'flicker', 0.86],
      [ALL_CLIPS, 'dtssd', 1],
    ] as const
  ).map(
    ([group, metric, atMost]): Target => ({
      what: `${METRICS[metric].title}, ${group}, against the baseline`,
      group,
      metric,
      against: 'baseline',
      atMost,
    }),
  ),
];

/** A matte must not be later than this, in frames. */
const LAG = 1;

/**
 * Compares one row with the targets whose groups and rows were measured.
 */
export function verdicts(groups: readonly Group[], contest: Contest): readonly Verdict[] {
  const sources = groups.filter(({ kind, isSource }) => isSource && kind !== 'presenter');
  const targets: readonly Target[] = [
    ...TARGETS,
    ...PROGRESS,
    ...sources
      .filter(({ kind }) => kind === 'clip')
      .map(({ title }) => notWorseThanRaw('band MAD', title, 'band')),
    ...sources.map(({ title }) => notWorseThanRaw('MAD', title, 'mad')),
  ];
  return [
    ...targets.map((target) => judge(groups, contest, target)),
    ...sources.map((group) => judgeLag(group, contest)),
  ].filter((verdict) => verdict !== undefined);
}

function notWorseThanRaw(what: string, group: string, metric: MetricName): Target {
  return { what: `${what}, ${group}, against the better raw`, group, metric, against: 'raw', atMost: 1 };
}

function mean(group: Group | undefined, row: string, metric: MetricName): number | undefined {
  return meanScores(group?.rows.get(row) ?? [])[metric];
}

function judge(groups: readonly Group[], contest: Contest, target: Target): Verdict | undefined {
  const { what, metric, atMost, above } = target;
  const group = groups.find(({ title }) => title === target.group);
  const ours = mean(group, contest.ours, metric);
  const others = contest[target.against]
    .map((row) => mean(group, row, metric))
    .filter((value) => value !== undefined);
  if (ours === undefined || others.length === 0) return undefined;
  const reference = METRICS[metric].higherIsBetter ? Math.max(...others) : Math.min(...others);
  if (above !== undefined) {
    const value = ours - reference;
    return { what, ours, reference, value, target: `>= +${above.toFixed(2)}`, reached: value >= above };
  }
  const limit = atMost ?? 1;
  const value = ours / reference;
  return { what, ours, reference, value, target: `<= ${limit.toFixed(2)}`, reached: value <= limit };
}

function judgeLag(group: Group, { ours: row }: Contest): Verdict | undefined {
  const ours = mean(group, row, 'lag');
  if (ours === undefined) return undefined;
  const what = `lag in frames, ${group.title}`;
  return { what, ours, reference: LAG, value: ours, target: `< ${LAG}`, reached: ours < LAG };
}

/** The verdicts as a table. */
export function verdictTable(all: readonly Verdict[], ours: string): string {
  const lines = all.map(({ what, reference, value, target, reached, ...verdict }) => [
    what,
    verdict.ours.toFixed(3),
    reference.toFixed(3),
    value.toFixed(3),
    target,
    reached ? 'reached' : 'MISSED',
  ]);
  return table([['', ours, 'best of the others', 'ratio or gain', 'target', ''], ...lines]);
}
