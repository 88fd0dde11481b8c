import { readFileSync } from 'node:fs';
import { AV_CODEC_ID_HEVC, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, type CodecContext, CodecParameters } from 'node-av/lib';
import { check } from '../ffmpeg.js';
import { decodePacket, type Pixels } from './ffmpeg-decoder.js';
import type { Size } from './image-size.js';

/** A box of a file: what it contains. */
interface Box {
  readonly type: string;
  readonly body: Buffer;
}

/** An item of a HEIF file. */
interface Item {
  readonly type: string;
  readonly properties: readonly Box[];
  readonly data: Buffer;
  /** The items that it is made of. */
  readonly parts: readonly number[];
}

/** An HEIC that is parsed, not decoded. */
export interface Heic {
  readonly items: ReadonlyMap<number, Item>;
  readonly primary: Item;
  /** Before it is rotated. */
  readonly size: Size;
  /** Degrees clockwise by which the pixels must be rotated to be upright. */
  readonly rotation: number;
  /** Along which axis the pixels are mirrored before that. */
  readonly mirror: 'flip' | 'flop' | undefined;
  /** The ICC profile of its colours; `undefined`: sRGB. */
  readonly profile: Buffer | undefined;
}

/** Parses the container of an HEIC. FFmpeg's own demuxer gives the tiles of one, without their arrangement. */
export function parseHeic(path: string): Heic {
  const file = readFileSync(path);
  const meta = find(boxes(file), 'meta').subarray(4);
  const all = boxes(meta);
  const primaryBox = find(all, 'pitm');
  const items = readItems(file, all);
  const primary = items.get(primaryBox[0] ? primaryBox.readUInt32BE(4) : primaryBox.readUInt16BE(4));
  if (!primary) throw new Error('It has no primary image.');
  const extent = find(primary.properties, 'ispe');
  const mirror = primary.properties.find(({ type }) => type === 'imir');
  return {
    items,
    primary,
    size: { width: extent.readUInt32BE(4), height: extent.readUInt32BE(8) },
    rotation: (360 - 90 * ((primary.properties.find(({ type }) => type === 'irot')?.body[0] ?? 0) & 3)) % 360,
    mirror: mirror && ((mirror.body[0] ?? 0) & 1 ? 'flop' : 'flip'),
    profile: profileOf(primary) ?? profileOf(items.get(primary.parts[0] ?? -1)),
  };
}

/** Decodes an HEIC: one HEVC image, or a grid of them. */
export function decodeHeic({ items, primary, size }: Heic, maxPixels: number): Pixels {
  if (primary.type === 'hvc1') return decodeItem(primary, maxPixels);
  if (primary.type !== 'grid') throw new Error(`Its image is of the type ${primary.type}.`);
  const [rows, columns] = [(primary.data[2] ?? 0) + 1, (primary.data[3] ?? 0) + 1];
  const { width, height } = size;
  const data = Buffer.alloc(width * height * 4);
  for (const [index, id] of primary.parts.slice(0, rows * columns).entries()) {
    const item = items.get(id);
    if (item?.type !== 'hvc1') throw new Error('Its tiles are not HEVC.');
    const tile = decodeItem(item, maxPixels);
    const left = (index % columns) * tile.width;
    const top = Math.floor(index / columns) * tile.height;
    const bytes = Math.min(tile.width, width - left) * 4;
    for (let row = 0; bytes > 0 && row < Math.min(tile.height, height - top); row++) {
      const from = row * tile.width * 4;
      tile.data.copy(data, ((top + row) * width + left) * 4, from, from + bytes);
    }
  }
  return { data, width, height };
}

function decodeItem({ data, properties }: Item, maxPixels: number): Pixels {
  const codec = Codec.findDecoder(AV_CODEC_ID_HEVC);
  if (!codec) throw new Error('FFmpeg has no decoder for HEVC.');
  const prepare = (context: CodecContext) => {
    const parameters = new CodecParameters();
    parameters.alloc();
    parameters.codecType = AVMEDIA_TYPE_VIDEO;
    parameters.codecId = AV_CODEC_ID_HEVC;
    parameters.extradata = Buffer.from(find(properties, 'hvcC'));
    check(context.parametersToContext(parameters), 'describe the image to its decoder');
    parameters.free();
  };
  return decodePacket(codec, data, { max_pixels: String(maxPixels) }, prepare);
}

function profileOf(item: Item | undefined): Buffer | undefined {
  const isProfile = ({ type, body }: Box) =>
    type === 'colr' && ['prof', 'rICC'].includes(body.toString('latin1', 0, 4));
  return item?.properties.find(isProfile)?.body.subarray(4);
}

function boxes(bytes: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const stated = bytes.readUInt32BE(at);
    const header = stated === 1 ? 16 : 8;
    const length =
      stated === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : stated === 0 ? bytes.length - at : stated;
    if (length < header) break;
    found.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + header, at + length),
    });
    at += length;
  }
  return found;
}

function find(all: readonly Box[], type: string): Buffer {
  const box = all.find((each) => each.type === type);
  if (!box) throw new Error(`It has no box ${type}.`);
  return box.body;
}

function readItems(file: Buffer, meta: readonly Box[]): Map<number, Item> {
  const info = find(meta, 'iinf');
  const types = new Map(
    boxes(info.subarray(info[0] ? 8 : 6)).map(({ body }) =>
      body[0] === 2
        ? [body.readUInt16BE(4), body.toString('latin1', 8, 12)]
        : [body.readUInt32BE(4), body.toString('latin1', 10, 14)],
    ),
  );
  const properties = readProperties(boxes(find(meta, 'iprp')));
  const parts = readParts(meta.find(({ type }) => type === 'iref')?.body);
  const places = readPlaces(find(meta, 'iloc'));
  const inside = meta.find(({ type }) => type === 'idat')?.body ?? Buffer.alloc(0);
  const items = new Map<number, Item>();
  for (const [id, type] of types) {
    const place = places.get(id);
    const source = place?.isInside ? inside : file;
    const extents = place?.extents.map(([offset, length]) =>
      source.subarray(offset, length ? offset + length : undefined),
    );
    items.set(id, {
      type,
      properties: properties.get(id) ?? [],
      data: Buffer.concat(extents ?? []),
      parts: parts.get(id) ?? [],
    });
  }
  return items;
}

function readProperties(iprp: readonly Box[]): Map<number, Box[]> {
  const all = boxes(find(iprp, 'ipco'));
  const found = new Map<number, Box[]>();
  for (const { body } of iprp.filter(({ type }) => type === 'ipma')) {
    const wideIds = (body[0] ?? 0) > 0;
    const wideIndices = ((body[3] ?? 0) & 1) === 1;
    const reader = new Numbers(body, 4);
    for (let entries = reader.next(4); entries > 0; entries--) {
      const id = reader.next(wideIds ? 4 : 2);
      const own: Box[] = [];
      for (let count = reader.next(1); count > 0; count--) {
        const index = wideIndices ? reader.next(2) & 0x7fff : reader.next(1) & 0x7f;
        const property = all[index - 1];
        if (property) own.push(property);
      }
      found.set(id, own);
    }
  }
  return found;
}

function readParts(iref: Buffer | undefined): Map<number, number[]> {
  const found = new Map<number, number[]>();
  if (!iref) return found;
  const width = iref[0] ? 4 : 2;
  for (const { type, body } of boxes(iref.subarray(4))) {
    if (type !== 'dimg') continue;
    const reader = new Numbers(body, 0);
    const from = reader.next(width);
    found.set(
      from,
      Array.from({ length: reader.next(2) }, () => reader.next(width)),
    );
  }
  return found;
}

interface Place {
  /** Whether its bytes are in the box `idat`, not in the file. */
  readonly isInside: boolean;
  /** Offsets and lengths; a length of 0 reaches to the end. */
  readonly extents: readonly (readonly [offset: number, length: number])[];
}

function readPlaces(iloc: Buffer): Map<number, Place> {
  const version = iloc[0] ?? 0;
  const reader = new Numbers(iloc, 4);
  const [sizes, more] = [reader.next(1), reader.next(1)];
  const [offsetSize, lengthSize, baseSize] = [sizes >> 4, sizes & 15, more >> 4];
  const indexSize = version > 0 ? more & 15 : 0;
  const found = new Map<number, Place>();
  for (let count = reader.next(version < 2 ? 2 : 4); count > 0; count--) {
    const id = reader.next(version < 2 ? 2 : 4);
    const isInside = version > 0 && (reader.next(2) & 15) === 1;
    reader.next(2);
    const base = reader.next(baseSize);
    const extents = Array.from({ length: reader.next(2) }, () => {
      reader.next(indexSize);
      return [base + reader.next(offsetSize), reader.next(lengthSize)] as const;
    });
    found.set(id, { isInside, extents });
  }
  return found;
}

/** Numbers one after the other, most significant byte first. Throws at the end of the bytes. */
class Numbers {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** @param length - In bytes; 0: the number is left out, and 0. */
  next(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (length === 0) return 0;
    return length === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, length);
  }
}
