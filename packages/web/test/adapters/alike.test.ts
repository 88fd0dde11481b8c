import { expect, it } from 'vitest';
import { isAlike } from '../../src/adapters/alike.js';

it('compares options by their contents', () => {
  expect(isAlike({ type: 'blur', strength: 0.5 }, { type: 'blur', strength: 0.5 })).toBe(true);
  expect(isAlike({ type: 'blur', strength: 0.5 }, { type: 'blur' })).toBe(false);
  expect(isAlike({ maxSize: { width: 2, height: 2 } }, { maxSize: { width: 2, height: 2 } })).toBe(true);
  expect(isAlike({ maxSize: { width: 2, height: 2 } }, { maxSize: { width: 2, height: 4 } })).toBe(false);
  expect(isAlike({ a: undefined }, { b: undefined })).toBe(false);
  expect(isAlike(['person', 'cat'], ['person', 'cat'])).toBe(true);
  expect(isAlike(['person', 'cat'], ['person'])).toBe(false);
  expect(isAlike(undefined, {})).toBe(false);
});

it('compares URLs by their text, images by identity', () => {
  expect(isAlike(new URL('https://a.example/b'), new URL('https://a.example/b'))).toBe(true);
  expect(isAlike(new URL('https://a.example/b'), new URL('https://a.example/c'))).toBe(false);
  const blob = new Blob(['a']);
  expect(isAlike({ source: blob }, { source: blob })).toBe(true);
  expect(isAlike({ source: blob }, { source: new Blob(['a']) })).toBe(false);
});
