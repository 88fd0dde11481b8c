import { describe, expect, it } from 'vitest';
import type { ItemResult } from '../quality/judge.js';
import type { Scores } from '../quality/metrics/scores.js';
import { groupResults } from '../quality/report/groups.js';
import { verdicts } from '../quality/report/verdicts.js';

function result(
  kind: ItemResult['kind'],
  source: string,
  rows: Readonly<Record<string, Scores>>,
): ItemResult {
  const entries = Object.entries(rows).map(([name, item]) => [name, { item, frames: [item, item] }]);
  return { kind, source, name: source, rows: Object.fromEntries(entries), moments: [] };
}

const contest = { ours: 'ours', peers: ['a', 'b'], raw: ['raw'], article: [], baseline: [] };

describe('verdicts', () => {
  it('compare ours with the best of the peers, by ratio or by difference', () => {
    const groups = groupResults([
      result('still', 'some', {
        ours: { mad: 6, boundary: 0.9 },
        a: { mad: 10, boundary: 0.8 },
        b: { mad: 12, boundary: 0.85 },
        raw: { mad: 5, boundary: 0.8 },
      }),
    ]);
    const found = verdicts(groups, contest);
    expect(found.map(({ what, reached }) => [what, reached])).toEqual([
      ['MAD, all stills', false],
      ['boundary F, all stills', false],
      ['MAD, some, against the better raw', false],
    ]);
    expect(found[0]?.value).toBeCloseTo(0.6);
    expect(found[1]?.value).toBeCloseTo(0.05);
    expect(found[2]?.value).toBeCloseTo(1.2);
  });

  it('judge the lag of each clip', () => {
    const groups = groupResults([
      result('clip', 'slow', { ours: { lag: 1.2 } }),
      result('clip', 'quick', { ours: { lag: 0.3 } }),
    ]);
    expect(verdicts(groups, contest).map(({ what, reached }) => [what, reached])).toEqual([
      ['lag in frames, slow', false],
      ['lag in frames, quick', true],
    ]);
  });
});

describe('groupResults', () => {
  it('averages over frames for a single clip and over items for all clips', () => {
    const groups = groupResults([
      result('clip', 'one', { ours: { mad: 1 } }),
      result('clip', 'two', { ours: { mad: 3 } }),
    ]);
    expect(groups.map(({ title, rows }) => [title, rows.get('ours')?.length])).toEqual([
      ['one', 2],
      ['two', 2],
      ['all clips with alpha', 2],
    ]);
  });
});
