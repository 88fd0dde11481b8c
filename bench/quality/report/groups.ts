import type { ItemResult } from '../judge.js';
import type { Scores } from '../metrics/scores.js';

/** Results that are summed up together. */
export interface Group {
  readonly title: string;
  /** By row: what means and medians are taken over, a still, a clip, or where there is one clip only, its frames. */
  readonly rows: ReadonlyMap<string, readonly Scores[]>;
}

/** The titles of the groups over all sources of a kind. */
export const ALL_STILLS = 'all stills';
/** See {@link ALL_STILLS}. */
export const ALL_CLIPS = 'all clips with alpha';

/** Groups results: each source, each presenter, and all stills and all clips where there are several. */
export function groupResults(results: readonly ItemResult[]): readonly Group[] {
  const groups: Group[] = [];
  for (const kind of ['still', 'clip', 'presenter'] as const) {
    const ofKind = results.filter((result) => result.kind === kind);
    const sources = [...new Set(ofKind.map(({ source }) => source))];
    if (kind === 'presenter')
      groups.push(...ofKind.map((result) => group(`presenter ${result.name}`, [result])));
    for (const source of sources) {
      const members = ofKind.filter((result) => result.source === source);
      groups.push(group(kind === 'presenter' ? 'all presenters' : source, members));
    }
    if (kind === 'still' && ofKind.length > 0) groups.push(group(ALL_STILLS, ofKind));
    if (kind === 'clip' && ofKind.length > 0) groups.push(group(ALL_CLIPS, ofKind));
  }
  return groups;
}

function group(title: string, results: readonly ItemResult[]): Group {
  const names = new Set(results.flatMap(({ rows }) => Object.keys(rows)));
  const only = results.length === 1 ? results[0] : undefined;
  const rows = new Map<string, readonly Scores[]>();
  for (const name of names) {
    const single = only?.rows[name];
    const scores = results.map((result) => result.rows[name]?.item).filter((item) => item !== undefined);
    const { lag } = single?.item ?? {};
    rows.set(
      name,
      single ? single.frames.map((frame) => ({ ...frame, ...(lag !== undefined && { lag }) })) : scores,
    );
  }
  const count = only && only.kind !== 'still' ? '' : ` (${results.length})`;
  return { title: `${title}${count}`, rows };
}
