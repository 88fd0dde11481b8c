/**
 * What a conversion carries over of the text tags of a file, of its tracks and of its chapters, and of attached files. One list
 * for all containers and programs: what is not on it is left out, because it may reveal something about the camera background.
 *
 * @packageDocumentation
 */

/**
 * How a conversion treats a tag:
 * - `kept`: it is carried over.
 * - `location`: it says where the recording was made; carried over only if the user wants that.
 * - `picture`: it contains an image, which may show the camera background; never carried over.
 * - `dropped`: it is not on the list, or describes the bytes of the old file; never carried over.
 */
export type TagClass = 'kept' | 'location' | 'picture' | 'dropped';

/** Names of the tags that are kept, as {@link plainName} writes them. */
const KEPT: ReadonlySet<string> = new Set(
  `
  title subtitle description synopsis summary comment keywords genre language
  artist albumartist author composer lyricist performer conductor director producer writtenby publisher copyright license
  album track disc tracknumber discnumber date year creationtime creationdate daterecorded datereleased
  originaldate lyrics grouping show seriestitle network episodeid episodesort seasonnumber partnumber totalparts mediatype
  sortname sortartist sortalbum sortalbumartist sortcomposer sortshow
  isrc barcode catalognumber url purl
  make model software
  handlername timecode reelname
  replaygaintrackgain replaygaintrackpeak replaygainalbumgain replaygainalbumpeak r128trackgain r128albumgain
  ©nam ©art aart ©alb ©day ©cmt ©gen ©wrt ©cpy cprt desc ldes ©des ©lyr ©mak ©mod ©swr
  `
    .trim()
    .split(/\s+/),
);

/** Names of tags that say where a recording was made, or in which direction the camera looked. */
const LOCATION =
  /location|gps|latitude|longitude|altitude|geotag|iso6709|^directionfacing$|^directionmotion$|^©?xyz$|^loci$|^(sub)?place|^(city|state|province|country)(name|code)?$/;

/** Coordinates in a text: ISO 6709 as in `+48.1374+011.5755/`, a `geo:` URI, degrees with a direction, two numbers. */
const COORDINATES = new RegExp(
  [
    /[+-]\d{2,6}\.\d+[+-]\d{3,7}\.\d/,
    /[+-]\d{2,6}[+-]\d{3,7}([+-]\d+)?(crs\w*)?\//,
    /\bgeo:\s?[+-]?\d/,
    /\d\s?°[\d\s.'"′″]{0,16}[nsewo]\b/,
    /\b(lat|latitude|lon|lng|long|longitude)\b\W{0,3}\d+\.\d/,
    /^\s*[+-]?\d{1,2}\.\d{3,}\s*[,;\s]\s*[+-]?\d{1,3}\.\d{3,}\s*$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Names of tags that contain images. */
const PICTURE = /picture|coverart|^cover|^covr$|^apic$|^pic$|thumbnail|artwork/;

/** A text with that many characters of encoded data is no text. */
const MOST_DATA = 256;

/** Words that are shorter than this may be words. */
const LONGEST_WORD = 40;

/**
 * Classifies a tag.
 *
 * @param name - The tag's name in any container's spelling: in capitals or not, with a prefix such as `com.apple.quicktime.`,
 * with a language behind it as in `title-eng`.
 * @param value - Its text; anything that is no text is never kept.
 */
export function classifyTag(name: string, value: unknown): TagClass {
  const plain = plainName(name);
  if (PICTURE.test(plain)) return 'picture';
  const isLocation = LOCATION.test(plain);
  if (!isLocation && !KEPT.has(plain)) return 'dropped';
  if (typeof value !== 'string') return isLocation ? 'location' : 'dropped';
  if (containsData(value)) return 'picture';
  return isLocation || COORDINATES.test(value) ? 'location' : 'kept';
}

/** What {@link keepTags} has found. */
export interface KeptTags {
  /** The tags to carry over, under their own names. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether tags were left out because they say where the recording was made. */
  readonly dropsLocation: boolean;
  /** Whether tags were left out because they contain an image. */
  readonly dropsPicture: boolean;
}

/**
 * Chooses the tags that are carried over.
 *
 * @param tags - The text tags of a file, a track or a chapter.
 * @param keepLocation - Whether tags that say where the recording was made are among them.
 */
export function keepTags(tags: Readonly<Record<string, string>>, keepLocation: boolean): KeptTags {
  const classes = Object.entries(tags).map(
    ([name, value]) => [name, value, classifyTag(name, value)] as const,
  );
  const isKept = (each: TagClass) => each === 'kept' || (keepLocation && each === 'location');
  return {
    tags: Object.fromEntries(
      classes.filter(([, , each]) => isKept(each)).map(([name, value]) => [name, value]),
    ),
    dropsLocation: !keepLocation && classes.some(([, , each]) => each === 'location'),
    dropsPicture: classes.some(([, , each]) => each === 'picture'),
  };
}

/** A tag's name without capitals, separators, prefix and language. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(com\.(apple|android)\.(quicktime\.)?|wm\/|qt-)/, '')
    .replace(/-[a-z]{2,3}$/, '')
    .replace(/^\(c\)/, '©')
    .replace(/[\s._/-]/g, '');
}

/** Whether a text contains encoded bytes (base64, hexadecimal), such as an image, on one line or several. */
function containsData(text: string): boolean {
  let length = 0;
  for (const word of text.split(/[\s,;:="'<>()[\]{}]+/)) {
    length = word.length >= LONGEST_WORD && /^[\w+/-]*$/.test(word) ? length + word.length : 0;
    if (length >= MOST_DATA) return true;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that are no text
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
}

/** The first bytes of fonts with a table directory: TrueType, OpenType, and Apple's. */
const SFNT: ReadonlySet<number> = new Set([0x00010000, 0x4f54544f, 0x74727565]);

/** `ttcf`, `wOFF` and `wOF2`. */
const [COLLECTION, WOFF, WOFF2] = [0x74746366, 0x774f4646, 0x774f4632];

/**
 * Whether an attached file is a font, by its bytes: subtitles may need it. Whatever else is attached to a video may show the camera
 * background, and its stated type says nothing.
 *
 * @param bytes - The whole file.
 */
export function isFont(bytes: Uint8Array): boolean {
  if (bytes.length < 44) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signature = view.getUint32(0);
  if (signature === WOFF || signature === WOFF2) return view.getUint32(8) === bytes.length;
  if (signature !== COLLECTION) return SFNT.has(signature) && isWholeFont(view, [0]);
  const count = view.getUint32(8);
  if (count < 1 || 12 + count * 4 > bytes.length) return false;
  return isWholeFont(
    view,
    Array.from({ length: count }, (_, index) => view.getUint32(12 + index * 4)),
  );
}

/** Whether every font has its tables within the file, and nothing comes behind the last one. */
function isWholeFont(view: DataView, starts: readonly number[]): boolean {
  const size = view.byteLength;
  let end = 0;
  for (const start of starts) {
    if (start + 12 > size) return false;
    const directory = start + 12;
    const count = view.getUint16(start + 4);
    if (count < 1 || directory + count * 16 > size) return false;
    for (let entry = directory; entry < directory + count * 16; entry += 16) {
      const tableEnd = view.getUint32(entry + 8) + view.getUint32(entry + 12);
      if (tableEnd > size) return false;
      end = Math.max(end, tableEnd);
    }
  }
  for (let at = end; at < size; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}
