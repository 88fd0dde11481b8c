import { AttachedFile, type MetadataTags } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { keepMetadata } from '../src/converter/metadata.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
const image = { data: JPEG, mimeType: 'image/jpeg', kind: 'coverFront' } as const;
const codes = (tags: MetadataTags, keepLocation = false) =>
  keepMetadata(tags, keepLocation).warnings.map(({ code }) => code);

describe('the metadata of a conversion', () => {
  it('has the texts, numbers and the date', () => {
    const tags: MetadataTags = {
      title: 'A talk',
      artist: 'Somebody',
      trackNumber: 2,
      date: new Date('2024-05-06'),
      raw: { 'com.apple.quicktime.make': 'Apple', COPYRIGHT: 'Nobody' },
    };
    expect(keepMetadata(tags, false)).toEqual({ tags, warnings: [] });
  });

  it('has the date of a recording from QuickTime', () => {
    const { tags } = keepMetadata(
      { raw: { 'com.apple.quicktime.creationdate': '2024-05-06T07:08:09+0200' } },
      false,
    );
    expect(tags.date?.toISOString()).toBe('2024-05-06T05:08:09.000Z');
  });

  it.each<[string, MetadataTags]>([
    ['a cover image', { images: [image] }],
    [
      'an attached file, whatever its type',
      { raw: { 17: new AttachedFile(JPEG, 'application/octet-stream', 'a.bin') } },
    ],
    ['a tag with an image', { raw: { covr: { data: JPEG, mimeType: 'image/jpeg' } as never } }],
    ['a tag with an image as text', { raw: { METADATA_BLOCK_PICTURE: 'AAAA'.repeat(200) } }],
    ['a comment with an image as text', { comment: btoa(String.fromCharCode(...JPEG).repeat(100)) }],
    ['bytes that are said to be a picture', { raw: { 'cover art': JPEG } }],
  ])('leaves out %s, and says so', (_, tags) => {
    const kept = keepMetadata(tags, true);
    expect(kept.tags).toEqual({ raw: {} });
    expect(kept.warnings.map(({ code }) => code)).toEqual(['ATTACHMENT_DROPPED']);
  });

  it('leaves out what is not on the list', () => {
    expect(
      keepMetadata({ raw: { 'com.example.secret': 'x', free: Uint8Array.of(1), nothing: null } }, true),
    ).toEqual({
      tags: { raw: {} },
      warnings: [],
    });
  });

  it('has the location only where it is asked for', () => {
    const raw = { '©xyz': '+48.1374+011.5755/' };
    expect(codes({ raw })).toEqual(['LOCATION_DROPPED']);
    expect(keepMetadata({ raw }, false).tags).toEqual({ raw: {} });
    expect(keepMetadata({ raw }, true)).toEqual({ tags: { raw }, warnings: [] });
    expect(codes({ raw: { loci: Uint8Array.of(0, 0) } }), 'in a format that is not read').toEqual([
      'LOCATION_DROPPED',
    ]);
  });
});
