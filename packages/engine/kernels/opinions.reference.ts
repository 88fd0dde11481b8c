import { at, clamp } from './sampling.reference.js';

/**
 * Two opinions as one: the mean of their log-odds, so that where they disagree the one that is surer wins.
 *
 * @param leads - Whether the first one counts more: 5/8 against 3/8 instead of half and half.
 * @param doubt - Nobody is surer than this: values are taken as `doubt .. 1 - doubt`.
 */
export function agree(
  first: Float32Array,
  second: Float32Array,
  target: Float32Array,
  count: number,
  leads: boolean,
  doubt: number,
): void {
  const logit = (value: number) => {
    const p = clamp(value, doubt, 1 - doubt);
    return Math.log(p / (1 - p));
  };
  const share = leads ? 5 / 8 : 1 / 2;
  for (let i = 0; i < count; i++) {
    const odds = share * logit(at(first, i)) + (1 - share) * logit(at(second, i));
    target[i] = 1 / (1 + Math.exp(-odds));
  }
}
