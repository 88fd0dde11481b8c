/** Names of the entries that say where an image was taken, as sharp's `withExif` takes them. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'GPSLatitudeRef',
  2: 'GPSLatitude',
  3: 'GPSLongitudeRef',
  4: 'GPSLongitude',
  6: 'GPSAltitude',
  7: 'GPSTimeStamp',
  16: 'GPSImgDirectionRef',
  17: 'GPSImgDirection',
  29: 'GPSDateStamp',
};

/** Where the directory with these entries is stated. */
const PLACE = 0x8825;

const [ASCII, LONG, RATIONAL] = [2, 4, 5];

/**
 * Reads where an image was taken.
 *
 * @param exif - A block of EXIF, with or without its signature.
 * @returns The entries by their names; none where the block has none or is damaged.
 */
export function readLocation(exif: Buffer): Readonly<Record<string, string>> {
  const tiff = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
  try {
    const place = directory(tiff, number(tiff, 4, 4)).get(PLACE);
    return place?.type === LONG ? texts(tiff, directory(tiff, number(tiff, place.at + 8, 4))) : {};
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

/** One entry of a directory. */
interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where it begins. */
  readonly at: number;
}

function directory(tiff: Buffer, start: number): Map<number, Entry> {
  const count = number(tiff, start, 2);
  const entries = new Map<number, Entry>();
  for (let at = start + 2; at < start + 2 + count * 12; at += 12) {
    const entry = { type: number(tiff, at + 2, 2), count: number(tiff, at + 4, 4), at };
    entries.set(number(tiff, at, 2), entry);
  }
  return entries;
}

function texts(tiff: Buffer, entries: ReadonlyMap<number, Entry>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [tag, entry] of entries) {
    const name = NAMES[tag];
    const text = name && textOf(tiff, entry);
    if (text) found[name] = text;
  }
  return found;
}

function textOf(tiff: Buffer, { type, count, at }: Entry): string {
  const size = type === RATIONAL ? 8 : 1;
  if ((type !== ASCII && type !== RATIONAL) || count > tiff.length / size) return '';
  const start = count * size > 4 ? number(tiff, at + 8, 4) : at + 8;
  if (type === ASCII) return (tiff.toString('utf8', start, start + count).split('\0')[0] ?? '').trim();
  return Array.from(
    { length: count },
    (_, index) => `${number(tiff, start + index * 8, 4)}/${number(tiff, start + index * 8 + 4, 4)}`,
  ).join(' ');
}

/** An unsigned number in the block's byte order. */
function number(tiff: Buffer, at: number, bytes: 2 | 4): number {
  return tiff[0] === 0x49 ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes);
}
