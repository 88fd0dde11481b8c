import { describe, expect, it } from 'vitest';
import { TagFilter } from '../src/media/streams/tags.js';

describe('the date of a recording', () => {
  const filter = new TagFilter({ keepLocation: false, start: 0, frameRate: { num: 25, den: 1 } });
  const date = '2024-05-06T09:08:09+0200';

  it.each([
    ['creation_time', { creation_time: date }, 'creation_time', date],
    ['an iPhone', { 'com.apple.quicktime.creationdate': date }, 'creation_time', '2024-05-06T07:08:09.000Z'],
    [
      'an iPhone, in Matroska',
      { 'COM.APPLE.QUICKTIME.CREATIONDATE': date },
      'creation_time',
      '2024-05-06T07:08:09.000Z',
    ],
    ['creation_time, to avi', { creation_time: date }, 'date', '2024-05-06T07:08:09.000Z'],
    ['a date, to avi', { creation_time: date, date: '2024' }, 'date', '2024'],
    ['no date', { title: 'x' }, 'date', undefined],
    ['a text', { 'com.apple.quicktime.creationdate': 'yesterday' }, 'creation_time', undefined],
  ] as const)('comes from %s', (_from, tags, name, expected) => {
    expect(filter.ofFile(tags, name)[name]).toBe(expected);
  });
});
