import { expect, it } from 'vitest';
import { mirror } from '../src/segmentation/mirror.js';

it('mirror reverses each row and keeps the values of a pixel together', () => {
  const odd = new Float32Array([1, 2, 3, 4, 5, 6]);
  mirror(odd, 3, 1);
  expect(Array.from(odd)).toEqual([3, 2, 1, 6, 5, 4]);
  const pairs = new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]);
  mirror(pairs, 2, 2);
  expect(Array.from(pairs)).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
});
