import { describe, expect, it } from 'vitest';
import { classifyTag, isFont, keepTags } from '../src/metadata.js';

/** Bytes that stand for a JPEG of the camera background, as text. */
const BASE64 = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 37) % 256)).toString('base64');

describe('a tag', () => {
  it.each([
    ['title', 'A talk'],
    ['TITLE', 'Körper & Ende'],
    ['title-eng', 'A talk'],
    ['creation_time', '2024-05-03T10:20:30.000000Z'],
    ['com.apple.quicktime.creationdate', '2024-05-03T12:20:30+0200'],
    ['com.apple.quicktime.make', 'Apple'],
    ['DATE_RECORDED', '2024-05-03'],
    ['ALBUM/ARTIST', 'Somebody'],
    ['WM/Composer', 'Somebody'],
    ['album_artist', 'Somebody'],
    ['language', 'eng'],
    ['handler_name', 'SoundHandler'],
    ['timecode', '01:00:00;00'],
    ['REPLAYGAIN_TRACK_GAIN', '-6.5 dB'],
    ['©nam', 'A talk'],
    ['comment', 'Call +49-1711234567 on 2024-05-03, at 20° and 1.5 m, version 1.2.3.4'],
    ['comment', `See https://example.com/${'a'.repeat(60)}?x=${'b'.repeat(60)}&y=${'c'.repeat(60)}`],
    ['description', 'word '.repeat(400)],
    ['lyrics', 'line one\nline two\r\n\tline three'],
  ])('%s that users would miss is kept', (name, value) => expect(classifyTag(name, value)).toBe('kept'));

  it.each([
    ['location', '+48.1374+011.5755/'],
    ['LOCATION', 'Munich'],
    ['location-eng', '+48.1374+011.5755/'],
    ['com.apple.quicktime.location.ISO6709', '+48.1374+011.5755+519.000/'],
    ['com.apple.quicktime.location.accuracy.horizontal', '12.3'],
    ['com.apple.quicktime.direction.facing', '120.1'],
    ['©xyz', '+48.1374+011.5755/'],
    ['(c)xyz', '+48.1374+011.5755/'],
    ['xyz', '+48.1374+011.5755/'],
    ['loci', 'Munich'],
    ['RECORDING_LOCATION', 'Germany, Bavaria, Munich'],
    ['GPSLatitude', '48/1 8/1 14/1'],
    ['GPS_COORDINATES', '48 N 11 E'],
    ['comment', '+48.1374+011.5755/'],
    ['comment', 'Filmed at +48.1374-011.5755+519.0/ by me'],
    ['comment', '+481374+0115755/'],
    ['description', 'at geo:48.1374,11.5755'],
    ['title', '48.1374, 11.5755'],
    ['comment', `48° 8' 14" N 11° 34' 31" E`],
    ['comment', 'lat: 48.137 lon: 11.575'],
    ['©xyz', new Uint8Array(20)],
  ])('%s that says where is one of a location', (name, value) =>
    expect(classifyTag(name, value)).toBe('location'),
  );

  it.each([
    ['METADATA_BLOCK_PICTURE', 'AAAAAw'],
    ['covr', new Uint8Array(9)],
    ['APIC', { data: new Uint8Array(9) }],
    ['COVERART', 'AAAA'],
    ['WM/Picture', 'AAAA'],
    ['comment', BASE64],
    ['comment', `An image: data:image/jpeg;base64,${BASE64}`],
    ['description', BASE64.replace(/(.{76})/g, '$1\n')],
    ['title', Buffer.from(BASE64, 'base64').toString('hex')],
    ['location', BASE64],
    ['title', 'JFIF\u0001\u0002'],
  ])('%s that contains an image is none to keep, even of a location', (name, value) =>
    expect(classifyTag(name, value)).toBe('picture'),
  );

  it.each([
    ['encoder', 'Lavf62'],
    ['major_brand', 'isom'],
    ['vendor_id', 'FFMP'],
    ['DURATION', '00:00:02.000'],
    ['_STATISTICS_TAGS', 'BPS DURATION'],
    ['NUMBER_OF_BYTES-eng', '12'],
    ['xmp', '<x:xmpmeta/>'],
    ['com.apple.quicktime.content.identifier', '0000'],
    ['something', 'new'],
    ['title', new Uint8Array(4)],
    ['title', undefined],
  ])('%s that is not on the list is dropped', (name, value) =>
    expect(classifyTag(name, value)).toBe('dropped'),
  );
});

describe('the tags of a file', () => {
  const tags = { title: 'A talk', location: '+48.1374+011.5755/', encoder: 'Lavf', covr: 'x' };

  it('are chosen by the list, and what is missing is said', () => {
    expect(keepTags(tags, false)).toEqual({
      tags: { title: 'A talk' },
      dropsLocation: true,
      dropsPicture: true,
    });
    expect(keepTags(tags, true)).toEqual({
      tags: { title: 'A talk', location: '+48.1374+011.5755/' },
      dropsLocation: false,
      dropsPicture: true,
    });
    expect(keepTags({}, false)).toEqual({ tags: {}, dropsLocation: false, dropsPicture: false });
  });
});

/** A font with the given tables, as far as its directory goes. */
function font(signature: string, tables: readonly (readonly [tag: string, bytes: number])[]): Buffer {
  const head = Buffer.alloc(12 + tables.length * 16);
  head.write(signature, 'latin1');
  head.writeUInt16BE(tables.length, 4);
  let at = head.length;
  tables.forEach(([tag, bytes], index) => {
    head.write(tag, 12 + index * 16, 'latin1');
    head.writeUInt32BE(at, 20 + index * 16);
    head.writeUInt32BE(bytes, 24 + index * 16);
    at += bytes;
  });
  return Buffer.concat([head, Buffer.alloc(at - head.length, 7)]);
}

describe('an attached file', () => {
  const trueType = font('\0\x01\0\0', [
    ['cmap', 40],
    ['head', 54],
  ]);
  const collection = Buffer.alloc(16);
  collection.write('ttcf', 'latin1');
  collection.writeUInt32BE(1, 8);
  collection.writeUInt32BE(16, 12);
  // Tables are found from the beginning of the file.
  const member = Buffer.from(trueType);
  for (const entry of [20, 36]) member.writeUInt32BE(member.readUInt32BE(entry) + 16, entry);
  const web = Buffer.alloc(60);
  web.write('wOF2', 'latin1');
  web.writeUInt32BE(60, 8);
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array(80).fill(5)]);

  it('is a font if its bytes are those of one', () => {
    expect(isFont(trueType)).toBe(true);
    expect(isFont(font('OTTO', [['CFF ', 99]]))).toBe(true);
    expect(isFont(font('true', [['glyf', 99]]))).toBe(true);
    expect(isFont(Buffer.concat([collection, member]))).toBe(true);
    expect(isFont(web)).toBe(true);
    expect(isFont(Buffer.concat([trueType, Buffer.alloc(3)]))).toBe(true);
  });

  it('is none if it is an image, an incomplete font, or a font with something behind it', () => {
    expect(isFont(jpeg)).toBe(false);
    expect(isFont(new Uint8Array(0))).toBe(false);
    expect(isFont(trueType.subarray(0, 80))).toBe(false);
    expect(isFont(Buffer.concat([trueType, jpeg]))).toBe(false);
    expect(isFont(Buffer.concat([web, jpeg]))).toBe(false);
    expect(isFont(Buffer.concat([collection, member, jpeg]))).toBe(false);
    expect(isFont(Buffer.from('%PDF-1.7'.padEnd(60)))).toBe(false);
  });
});
