import type { ItemResult } from '../judge.js';
import type { Scores } from '../metrics/scores.js';

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

/** Groups results: each source, each presenter, and all items of a kind. */
export function groupResults(results: readonly ItemResult[]): readonly Group[] {
  const all = { still: ALL_STILLS, clip: ALL_CLIPS, presenter: 'all presenters' } as const;
  return (['still', 'clip', 'presenter'] as const).flatMap((kind) => {
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
    const isLone = isSource && kind !== 'still' && only !== undefined;
    rows.set(name, isLone ? withLag(only.frames, only.item) : found.map(({ item }) => item));
  }
  return { title, kind, isSource, count: results.length, rows };
}

/** Adds the lag of the clip to each frame. */
function withLag(frames: readonly Scores[], { lag }: Scores): readonly Scores[] {
  return lag === undefined ? frames : frames.map((frame) => ({ ...frame, lag }));
}
