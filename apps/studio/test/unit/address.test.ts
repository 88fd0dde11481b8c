import { expect, it } from 'vitest';
import { usualAddress } from '../../src/state/address.js';

it.each([
  ['http://127.0.0.1:4747/', undefined],
  ['http://127.0.0.1:4748/', 'http://127.0.0.1:4747'],
  ['http://localhost:4747/output', 'http://127.0.0.1:4747'],
  ['https://studio.example/', undefined],
])('what is kept at the usual address is missing at %s: %s', (page, usual) => {
  expect(usualAddress(new URL(page))).toBe(usual);
});
