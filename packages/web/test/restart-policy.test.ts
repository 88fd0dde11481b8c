import { expect, it } from 'vitest';
import { RestartPolicy } from '../src/engine/restart-policy.js';

it('a worker is started anew at once, then with a wait, and not for ever', () => {
  const policy = new RestartPolicy();
  expect(policy.next(0)).toBe(0);
  expect(policy.next(1000)).toBeGreaterThan(0);
  expect(policy.next(2000)).toBeGreaterThan(0);
  expect(policy.next(3000)).toBeUndefined();
});

it('breakdowns that are far apart do not count together', () => {
  const policy = new RestartPolicy();
  for (let minute = 0; minute < 10; minute++) expect(policy.next(minute * 61_000)).toBe(0);
});
