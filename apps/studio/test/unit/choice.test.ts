import { expect, it } from 'vitest';
import { isChoice, upgradeChoice } from '../../src/state/choice.js';

it('a drawn background that an earlier version has stored is still the choice', () => {
  const choice = upgradeChoice({ kind: 'place', id: 'office' });
  expect(choice).toEqual({ kind: 'drawn', id: 'office' });
  expect(isChoice(choice)).toBe(true);
});

it.each([undefined, null, 'place', 3, [], { id: 'office' }])(
  '%j, which is no choice, does not become one',
  (value) => {
    expect(isChoice(upgradeChoice(value))).toBe(false);
  },
);
