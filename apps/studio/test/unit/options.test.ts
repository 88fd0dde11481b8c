import { afterAll, expect, it, vi } from 'vitest';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} });
vi.stubGlobal('addEventListener', () => {});
afterAll(() => vi.unstubAllGlobals());
const { isSeenByOthers, liveOptions, mirror } = await import('../../src/state/options.js');

it('one sees oneself as in a mirror, others do not', () => {
  expect(liveOptions.value.mirror).toBe(true);
  isSeenByOthers.value = true;
  expect(liveOptions.value.mirror).toBe(false);
  isSeenByOthers.value = false;
  mirror.value = false;
  expect(liveOptions.value.mirror).toBe(false);
});
