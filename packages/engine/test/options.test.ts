import { describe, expect, it } from 'vitest';
import {
  assertOptions,
  choice,
  defaultsOf,
  flag,
  list,
  mergeOptions,
  number,
  type OptionDescription,
  PIPELINE_OPTION_SUMMARIES,
  PIPELINE_OPTIONS,
  seconds,
  size,
  text,
} from '../src/options.js';

describe('an option', () => {
  const kinds: readonly [
    OptionDescription,
    valid: readonly unknown[],
    invalid: readonly unknown[],
    RegExp,
  ][] = [
    [number([-1, 1], 0), [-1, 0.5, 1], [-1.1, 2, Number.NaN, '0', null], /must be a number from -1 to 1/],
    [choice(['soft', 'hard'], 'soft'), ['soft', 'hard'], ['', 'Soft', 0], /must be one of soft, hard/],
    [flag(), [true, false], [1, 'true', null], /must be true or false/],
    [text(undefined), ['a'], ['', 1, null], /must be a text that is not empty/],
    [list(['person']), [[], ['dog', 'cat']], ['dog', [''], [1], {}], /must be a list of texts/],
    [
      seconds('from 0', 0),
      [0, 1.5],
      [-1, Number.POSITIVE_INFINITY, '1'],
      /must be a number of seconds from 0/,
    ],
    [seconds('above 0', undefined), [0.1], [0, -0, -1, Number.NaN], /must be a number of seconds above 0/],
    [
      size(),
      [{ width: 2, height: 2 }],
      [{ width: 1, height: 2 }, { width: 2.5, height: 2 }, { width: 2 }, 2, null],
      /must have a width and a height/,
    ],
  ];
  for (const [description, valid, invalid, message] of kinds) {
    it(`of type ${description.type} accepts ${JSON.stringify(valid)} only`, () => {
      for (const value of [...valid, undefined]) assertOptions({ it: description }, { it: value });
      for (const value of invalid) {
        expect(() => assertOptions({ it: description }, { it: value }), String(value)).toThrow(
          expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
        );
      }
    });
  }
});

describe('options', () => {
  const descriptions = { zoom: number([1, 4], 1), follow: flag(), quality: choice(['low', 'high'], 'low') };

  it('have defaults, and changes are merged into the current values', () => {
    const defaults = defaultsOf(descriptions);
    expect(defaults).toEqual({ zoom: 1, follow: false, quality: 'low' });
    const changed = mergeOptions(descriptions, { zoom: 2, quality: 'high' }, defaults);
    expect(changed).toEqual({ zoom: 2, follow: false, quality: 'high' });
    expect(() => mergeOptions(descriptions, { zoom: 5 }, changed)).toThrow('The option zoom must be');
  });

  it('of the pipeline have a description each', () => {
    expect(Object.keys(PIPELINE_OPTION_SUMMARIES)).toEqual(Object.keys(PIPELINE_OPTIONS));
    for (const summary of Object.values(PIPELINE_OPTION_SUMMARIES)) expect(summary).toMatch(/^[a-z].*[^.]$/);
  });
});
