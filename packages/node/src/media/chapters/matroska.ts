import type { ByteFile } from '../byte-file.js';
import type { Chapter } from './chapter.js';

const ID = {
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  void: 0xec,
  crc: 0xbf,
  cluster: 0x1f43b675,
  chapters: 0x1043a770,
  edition: 0x45b9,
  atom: 0xb6,
  uid: 0x73c4,
  start: 0x91,
  end: 0x92,
  display: 0x80,
  title: 0x85,
  language: 0x437c,
} as const;

/** Matroska's chapters have times in nanoseconds. */
const UNITS = 1e9;

interface Element {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  /** `undefined` where the length is not known. */
  readonly end: number | undefined;
}

/** Reads chapters from an mkv or webm file. */
export function readMatroskaChapters(file: ByteFile): Chapter[] {
  const segment = findSegment(file);
  if (!segment) return [];
  const place = findChapters(file, segment);
  const found = place === undefined ? undefined : readElement(file, place);
  if (found?.id !== ID.chapters || found.end === undefined || found.end - found.body > 16 * 1024 * 1024)
    return [];
  const bytes = file.read(found.body, found.end - found.body);
  const [edition] = children(bytes, 0, bytes.length).filter(({ id }) => id === ID.edition);
  if (!edition) return [];
  return children(bytes, edition.body, edition.end)
    .filter(({ id }) => id === ID.atom)
    .map((atom) => readAtom(bytes, atom))
    .sort((a, b) => a.start - b.start);
}

/**
 * Appends chapters to a complete file and adds them to its table of contents.
 *
 * @param file - The file, as FFmpeg writes it.
 * @returns Whether there was room in the table.
 */
export function writeMatroskaChapters(file: ByteFile, chapters: readonly Chapter[]): boolean {
  const segment = findSegment(file);
  const table = segment && readElement(file, segment.body);
  const room = table?.end === undefined ? undefined : readElement(file, table.end);
  if (!segment || segment.end !== file.size || !table || table.id !== ID.seekHead || table.end === undefined)
    return false;
  if (room?.id !== ID.void || room.end === undefined || segment.body - segment.start !== 12) return false;
  const bytes = file.read(table.body, table.end - table.body);
  const entries = children(bytes, 0, bytes.length)
    .filter(({ id }) => id !== ID.crc)
    .map(({ start, end }) => bytes.subarray(start, end));
  const entry = element(
    ID.seek,
    element(ID.seekId, number(ID.chapters)),
    element(ID.seekPosition, number(file.size - segment.body)),
  );
  const renewed = element(ID.seekHead, ...entries, entry);
  const left = room.end - table.start - renewed.length;
  if (left < 9) return false;
  const padding = Buffer.alloc(left);
  padding[0] = ID.void;
  padding.writeBigUInt64BE((1n << 56n) | BigInt(left - 9), 1);
  const added = element(ID.chapters, element(ID.edition, ...chapters.map(writeAtom)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE((1n << 56n) | BigInt(file.size + added.length - segment.body));
  file.write(file.size, added);
  file.write(segment.start + 4, length);
  file.write(table.start, Buffer.concat([renewed, padding]));
  return true;
}

function findSegment(file: ByteFile): (Element & { end: number }) | undefined {
  const head = readElement(file, 0);
  const segment = head?.end === undefined ? undefined : readElement(file, head.end);
  return segment?.id === ID.segment ? { ...segment, end: segment.end ?? file.size } : undefined;
}

/** The position of the chapters: before the first cluster, or as in the table of contents. */
function findChapters(file: ByteFile, segment: Element & { end: number }): number | undefined {
  for (let at = segment.body; at < segment.end; ) {
    const found = readElement(file, at);
    if (!found || found.id === ID.cluster) return undefined;
    if (found.id === ID.chapters) return found.start;
    if (found.end === undefined) return undefined;
    if (found.id === ID.seekHead) {
      const bytes = file.read(found.body, found.end - found.body);
      for (const seek of children(bytes, 0, bytes.length)) {
        const parts = children(bytes, seek.body, seek.end);
        const id = parts.find((part) => part.id === ID.seekId);
        const position = parts.find((part) => part.id === ID.seekPosition);
        if (id && position && readNumber(bytes, id) === ID.chapters)
          return segment.body + readNumber(bytes, position);
      }
    }
    at = found.end;
  }
  return undefined;
}

function readElement(file: ByteFile, at: number): Element | undefined {
  return parse(file.read(at, 12), 0, at);
}

function children(bytes: Buffer, from: number, to: number): (Element & { end: number })[] {
  const found: (Element & { end: number })[] = [];
  for (let at = from; at < to; ) {
    const child = parse(bytes, at, 0);
    if (child?.end === undefined || child.end > to) break;
    found.push({ ...child, end: child.end });
    at = child.end;
  }
  return found;
}

/** Reads an element's identifier and length; `origin` is added to the positions. */
function parse(bytes: Buffer, at: number, origin: number): Element | undefined {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  const lengthAt = at + idLength;
  const lengthLength = Math.clz32(bytes[lengthAt] ?? 0) - 23;
  const body = lengthAt + lengthLength;
  if (idLength > 4 || lengthLength > 8 || body > bytes.length) return undefined;
  const id = bytes.readUIntBE(at, idLength);
  let length = (bytes[lengthAt] ?? 0) & (0xff >> lengthLength);
  let unknown = length === 0xff >> lengthLength;
  for (let index = lengthAt + 1; index < body; index++) {
    length = length * 256 + (bytes[index] ?? 0);
    unknown &&= bytes[index] === 0xff;
  }
  return { id, start: origin + at, body: origin + body, end: unknown ? undefined : origin + body + length };
}

function readNumber(bytes: Buffer, { body, end }: Element): number {
  let value = 0;
  for (let at = body; at < (end ?? body); at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

function readAtom(bytes: Buffer, atom: Element & { end: number }): Chapter {
  const parts = children(bytes, atom.body, atom.end);
  const time = (id: number) => {
    const part = parts.find((candidate) => candidate.id === id);
    return part && readNumber(bytes, part) / UNITS;
  };
  const display = parts.find(({ id }) => id === ID.display);
  const title = display && children(bytes, display.body, display.end).find(({ id }) => id === ID.title);
  return {
    start: time(ID.start) ?? 0,
    end: time(ID.end),
    title: title ? bytes.toString('utf8', title.body, title.end) : '',
  };
}

function writeAtom({ start, end, title }: Chapter, index: number): Buffer {
  return element(
    ID.atom,
    element(ID.uid, number(index + 1)),
    element(ID.start, number(Math.round(start * UNITS))),
    ...(end === undefined ? [] : [element(ID.end, number(Math.round(end * UNITS)))]),
    element(ID.display, element(ID.title, Buffer.from(title)), element(ID.language, Buffer.from('und'))),
  );
}

function element(id: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE((1n << 56n) | BigInt(body.length));
  return Buffer.concat([number(id), length, body]);
}

/** A number in as few bytes as possible. */
function number(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(first < 0 ? 7 : first);
}
