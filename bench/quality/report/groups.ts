import type { ItemResult } from '../judge.js';
import { ITEM_METRICS, type Scores } from '../metrics/scores.js';

/** Results that are summarised together. */
export interface Group {
  readonly title: string;
  readonly kind: ItemResult['kind'];
  /** Whether it is one source, or all items of a kind. */
  readonly isSource: boolean;
  /** The number of items. */
  readonly count: number;
  /** The scores of each row that means and medians are taken over: of items, or of frames of a single clip. */
  readonly rows: ReadonlyMap<string, readonly Scores[]>;
}

/** The title of the group of all stills. */
export const ALL_STILLS = 'all stills';
/** The title of the group of all clips with alpha. */
export const ALL_CLIPS = 'all clips with alpha';
/** The clips without alpha on which mattes blink most, and those on which they hardly do. */
const DIFFICULT = ['s18', 'bedroom', 'webrtc_2', 'webrtc_3', 'doctor'];
const CLEAN = ['d3', 'd6', 'd10', 'face1', 'face5'];
/** The title of the group of difficult clips without alpha. */
export const DIFFICULT_CLIPS = 'difficult clips without alpha';
/** The title of the group of clean clips without alpha. */
export const CLEAN_CLIPS = 'clean clips without alpha';

/** Groups results: each source, each presenter, and all items of a kind. */
export function groupResults(results: readonly ItemResult[]): readonly Group[] {
  const all = {
    footage: 'all clips without alpha',
    still: ALL_STILLS,
    clip: ALL_CLIPS,
    presenter: 'all presenters',
  } as const;
  return (['footage', 'still', 'clip', 'presenter'] as const).flatMap((kind) => {
    const ofKind = results.filter((result) => result.kind === kind);
    if (ofKind.length === 0) return [];
    const title = ({ source, name }: ItemResult) => (kind === 'presenter' ? `${source} ${name}` : source);
    const titles = [...new Set(ofKind.map(title))];
    return [
      ...titles.map((each) =>
        group(
          each,
          kind,
          true,
          ofKind.filter((result) => title(result) === each),
        ),
      ),
      ...(kind === 'footage'
        ? (
            [
              [DIFFICULT_CLIPS, DIFFICULT],
              [CLEAN_CLIPS, CLEAN],
            ] as const
          ).flatMap(([title, names]) => {
            const chosen = ofKind.filter(({ name }) => names.includes(name));
            return chosen.length > 0 ? [group(title, kind, false, chosen)] : [];
          })
        : []),
      group(all[kind], kind, false, ofKind),
    ];
  });
}

function group(
  title: string,
  kind: ItemResult['kind'],
  isSource: boolean,
  results: readonly ItemResult[],
): Group {
  const names = new Set(results.flatMap(({ rows }) => Object.keys(rows)));
  const rows = new Map<string, readonly Scores[]>();
  for (const name of names) {
    const found = results.map((result) => result.rows[name]).filter((row) => row !== undefined);
    const [only] = found;
    const isLone = isSource && (kind === 'clip' || kind === 'presenter') && only !== undefined;
    rows.set(name, isLone ? withItemMetrics(only.frames, only.item) : found.map(({ item }) => item));
  }
  return { title, kind, isSource, count: results.length, rows };
}

/** Adds the metrics of the whole clip to each frame. */
function withItemMetrics(frames: readonly Scores[], item: Scores): readonly Scores[] {
  const whole: Scores = {};
  for (const name of ITEM_METRICS) if (item[name] !== undefined) whole[name] = item[name];
  return frames.map((frame) => ({ ...frame, ...whole }));
}
