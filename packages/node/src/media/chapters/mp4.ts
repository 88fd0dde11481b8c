import type { ByteFile } from '../byte-file.js';
import type { Chapter } from './chapter.js';

interface Box {
  readonly type: string;
  /** Where the box starts in the buffer. */
  readonly start: number;
  /** Where its contents start. */
  readonly body: number;
  readonly end: number;
}

/** No header of a video is larger. */
const MAX_HEAD = 512 * 1024 * 1024;

/** Nero chapters have times in units of 100 ns. */
const UNITS = 10_000_000;

/** Boxes that contain boxes, and the bytes that precede their first box. */
const PARENTS: Readonly<Record<string, number>> = { udta: 0, meta: 4, ilst: 0 };

/** Reads chapters from an mp4 or mov file: Nero chapters, or else those of a text track. */
export function readMp4Chapters(file: ByteFile): Chapter[] {
  const head = readHead(file)?.bytes;
  if (!head) return [];
  const nero = find(head, 0, head.length, 'udta', 'chpl');
  return (nero && readNero(head, nero)) ?? readTextTrack(file, head);
}

/** Reserves room for chapters in a file that is yet to be written. */
export interface Reservation {
  /** A metadata entry for the muxer; it is replaced when the chapters are written. */
  readonly key: string;
  readonly value: string;
}

const MARK = 'elsewhere reserves this place for chapters ';
const KEYS = ['keywords', 'comment', 'genre', 'album', 'copyright'];

/**
 * Reserves room for chapters. They are stored in the header of the file, where nothing can be inserted later.
 *
 * @param metadata - The other metadata of the file.
 * @returns The entry to write; `undefined` if there is no room.
 */
export function reserveMp4(
  chapters: readonly Chapter[],
  metadata: Readonly<Record<string, string>>,
): Reservation | undefined {
  const key = KEYS.find((candidate) => !(candidate in metadata));
  const length = nero(chapters).length + 8;
  return key === undefined || length > 60_000
    ? undefined
    : { key, value: MARK.padEnd(MARK.length + length, '.') };
}

/**
 * Writes chapters where {@link reserveMp4} has reserved room.
 *
 * @param file - The complete file.
 * @param chapters - The same chapters or fewer.
 * @returns Whether there was room.
 */
export function writeMp4Chapters(file: ByteFile, chapters: readonly Chapter[]): boolean {
  const head = readHead(file);
  if (!head) return false;
  const { bytes, position } = head;
  const mark = bytes.indexOf(MARK, 0, 'latin1');
  if (mark < 0) return false;
  const enclosing = boxesAround(bytes, mark);
  const udta = enclosing[0];
  const item = enclosing.find((box) => !(box.type in PARENTS));
  if (!udta || !item) return false;
  const box = nero(chapters);
  const freed = item.end - item.start;
  if (freed < box.length + 8) return false;
  const free = Buffer.alloc(freed - box.length);
  free.writeUInt32BE(free.length, 0);
  free.write('free', 4, 'latin1');
  // The bytes after the entry move up, the boxes around it shrink, and udta ends with the chapters.
  const after = bytes.subarray(item.end, udta.end);
  const tail = Buffer.concat([after, box, free]);
  tail.copy(bytes, item.start);
  for (const parent of enclosing.slice(1)) {
    if (parent.type in PARENTS) bytes.writeUInt32BE(parent.end - parent.start - freed, parent.start);
  }
  file.write(position + udta.start, bytes.subarray(udta.start, udta.end));
  return true;
}

/** The box `moov`, without its header. */
function readHead(file: ByteFile): { bytes: Buffer; position: number } | undefined {
  for (let at = 0; at + 8 <= file.size; ) {
    const start = file.read(at, 16);
    if (start.length < 8) return undefined;
    let length = start.readUInt32BE(0);
    let skip = 8;
    if (length === 1 && start.length === 16) {
      length = Number(start.readBigUInt64BE(8));
      skip = 16;
    }
    if (length === 0) length = file.size - at;
    if (length < skip) return undefined;
    if (start.toString('latin1', 4, 8) === 'moov') {
      return length > MAX_HEAD
        ? undefined
        : { bytes: file.read(at + skip, length - skip), position: at + skip };
    }
    at += length;
  }
  return undefined;
}

function* boxes(bytes: Buffer, from: number, to: number): Generator<Box> {
  for (let start = from; start + 8 <= to; ) {
    const length = bytes.readUInt32BE(start);
    const end = start + length;
    if (length < 8 || end > to) return;
    yield { type: bytes.toString('latin1', start + 4, start + 8), start, body: start + 8, end };
    start = end;
  }
}

function find(bytes: Buffer, from: number, to: number, ...path: readonly string[]): Box | undefined {
  const [first, ...rest] = path;
  for (const box of boxes(bytes, from, to)) {
    if (box.type === first) return rest.length > 0 ? find(bytes, box.body, box.end, ...rest) : box;
  }
  return undefined;
}

/** The boxes around a position, from the outermost, `udta`, to the entry that contains it. */
function boxesAround(bytes: Buffer, place: number): Box[] {
  const around: Box[] = [];
  let [from, to] = [0, bytes.length];
  for (;;) {
    const box = [...boxes(bytes, from, to)].find(({ start, end }) => start <= place && place < end);
    if (!box) return around;
    around.push(box);
    const skip = PARENTS[box.type];
    if (skip === undefined) return around;
    [from, to] = [box.body + skip, box.end];
  }
}

function readNero(bytes: Buffer, { body, end }: Box): Chapter[] | undefined {
  let at = body + 4 + (bytes[body] ? 4 : 0);
  const count = bytes[at++] ?? 0;
  const chapters: Chapter[] = [];
  for (let index = 0; index < count && at + 9 <= end; index++) {
    const length = bytes[at + 8] ?? 0;
    const start = Number(bytes.readBigUInt64BE(at)) / UNITS;
    chapters.push({
      start,
      end: undefined,
      title: bytes.toString('utf8', at + 9, Math.min(end, at + 9 + length)),
    });
    at += 9 + length;
  }
  return chapters.length > 0 ? chapters : undefined;
}

/** The box `chpl`: at most 255 chapters with titles of at most 255 bytes. */
function nero(chapters: readonly Chapter[]): Buffer {
  const parts = chapters.slice(0, 255).map(({ start, title }) => {
    const text = Buffer.from(title).subarray(0, 255);
    const head = Buffer.alloc(9);
    head.writeBigUInt64BE(BigInt(Math.round(start * UNITS)), 0);
    head.writeUInt8(text.length, 8);
    return Buffer.concat([head, text]);
  });
  const head = Buffer.alloc(17);
  head.write('chpl', 4, 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(parts.length, 16);
  const box = Buffer.concat([head, ...parts]);
  box.writeUInt32BE(box.length, 0);
  return box;
}

/** The text track that another track references as its chapters. */
function readTextTrack(file: ByteFile, head: Buffer): Chapter[] {
  const tracks = [...boxes(head, 0, head.length)].filter(({ type }) => type === 'trak');
  const named = new Set<number>();
  for (const track of tracks) {
    const reference = find(head, track.body, track.end, 'tref', 'chap');
    for (let at = reference?.body ?? 0; at + 4 <= (reference?.end ?? 0); at += 4)
      named.add(head.readUInt32BE(at));
  }
  const track = tracks.find(({ body, end }) => {
    const header = find(head, body, end, 'tkhd');
    const handler = find(head, body, end, 'mdia', 'hdlr');
    if (!header || !handler) return false;
    const id = head.readUInt32BE(header.body + (head[header.body] === 1 ? 20 : 12));
    return (
      named.has(id) && /^(text|sbtl)$/.test(head.toString('latin1', handler.body + 8, handler.body + 12))
    );
  });
  return track ? readSamples(file, head, track) : [];
}

function readSamples(file: ByteFile, head: Buffer, { body, end }: Box): Chapter[] {
  const media = find(head, body, end, 'mdia', 'mdhd');
  const table = find(head, body, end, 'mdia', 'minf', 'stbl');
  if (!media || !table) return [];
  const timescale = head.readUInt32BE(media.body + (head[media.body] === 1 ? 20 : 12));
  const list = (type: string, width: number, skip = 4): number[][] => {
    const box = find(head, table.body, table.end, type);
    if (!box || box.body + skip + 4 > box.end) return [];
    const count = Math.min(head.readUInt32BE(box.body + skip), (box.end - box.body - skip - 4) / (4 * width));
    return Array.from({ length: Math.floor(count) }, (_, row) =>
      Array.from({ length: width }, (_, column) =>
        head.readUInt32BE(box.body + skip + 4 + (row * width + column) * 4),
      ),
    );
  };
  const durations = list('stts', 2).flatMap(([count = 0, delta = 0]) =>
    Array<number>(Math.min(count, 10_000)).fill(delta),
  );
  const uniform = find(head, table.body, table.end, 'stsz');
  const size = uniform ? head.readUInt32BE(uniform.body + 4) : 0;
  const sizes = size > 0 ? durations.map(() => size) : list('stsz', 1, 8).map(([value = 0]) => value);
  const wide = list('co64', 2).map(([high = 0, low = 0]) => high * 2 ** 32 + low);
  const chunks = wide.length > 0 ? wide : list('stco', 1).map(([value = 0]) => value);
  const groups = list('stsc', 3);
  const chapters: Chapter[] = [];
  let time = 0;
  let sample = 0;
  chunks.forEach((chunk, index) => {
    const group = groups.findLast(([first = 1]) => first <= index + 1);
    let at = chunk;
    for (let count = group?.[1] ?? 1; count > 0 && sample < sizes.length; count--, sample++) {
      const length = sizes[sample] ?? 0;
      const duration = durations[sample] ?? 0;
      const start = time / timescale;
      time += duration;
      chapters.push({
        start,
        end: time / timescale,
        title: readTitle(file.read(at, Math.min(length, 4096))),
      });
      at += length;
    }
  });
  return chapters;
}

function readTitle(sample: Buffer): string {
  if (sample.length < 2) return '';
  const text = sample.subarray(2, 2 + sample.readUInt16BE(0));
  if (text.length >= 2 && text.readUInt16BE(0) === 0xfeff) {
    return Buffer.from(text.subarray(2, text.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  return text.toString('utf8');
}
