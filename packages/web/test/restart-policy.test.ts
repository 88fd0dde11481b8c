import { expect, it } from 'vitest';
import { RestartPolicy } from '../src/engine/restart-policy.js';

it('a worker is restarted at once, then after a delay, and not forever', () => {
  const policy = new RestartPolicy();
  expect(policy.next(0)).toBe(0);
  expect(policy.next(1000)).toBeGreaterThan(0);
  expect(policy.next(2000)).toBeGreaterThan(0);
  expect(policy.next(3000)).toBeUndefined();
});

it('failures that are far apart do not add up', () => {
  const policy = new RestartPolicy();
  for (let minute = 0; minute < 10; minute++) expect(policy.next(minute * 61_000)).toBe(0);
});
