import { expect, it } from 'vitest';
import { Restarts } from '../src/engine/restarts.js';

it('a worker is started anew at once, then with a wait, and not for ever', () => {
  const restarts = new Restarts();
  expect(restarts.next(0)).toBe(0);
  expect(restarts.next(1000)).toBeGreaterThan(0);
  expect(restarts.next(2000)).toBeGreaterThan(0);
  expect(restarts.next(3000)).toBeUndefined();
});

it('breakdowns that are far apart do not count together', () => {
  const restarts = new Restarts();
  for (let minute = 0; minute < 10; minute++) expect(restarts.next(minute * 61_000)).toBe(0);
});
