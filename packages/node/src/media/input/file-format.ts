// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are the bytes of files.
import { statSync } from 'node:fs';
import { gunzipSync, constants as zlib } from 'node:zlib';
import { ByteFile } from '../byte-file.js';

/** The formats of still images. */
export type ImageFormat =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'tiff'
  | 'heif'
  | 'svg'
  | 'bmp'
  | 'dds'
  | 'dpx'
  | 'exr'
  | 'hdr'
  | 'jpeg2000'
  | 'jpegls'
  | 'jpegxl'
  | 'pcx'
  | 'pfm'
  | 'pnm'
  | 'psd'
  | 'qoi'
  | 'sgi'
  | 'sunrast'
  | 'targa';

/** The formats of videos whose outputs are named after them, and those that FFmpeg would take for something else. */
export type VideoFormat = 'mp4' | 'mov' | 'matroska' | 'webm' | 'mjpeg';

/**
 * What a file holds, by its bytes. Images that move are videos. `name` is absent where only FFmpeg knows. A `list` names other files
 * or addresses, which are not opened: playlists, manifests, and any other XML.
 */
export type FileFormat =
  | { readonly kind: 'image'; readonly name: ImageFormat }
  | { readonly kind: 'video'; readonly name?: VideoFormat }
  | { readonly kind: 'list'; readonly name?: undefined };

/** Random access to bytes. */
export interface Bytes {
  /** In bytes. */
  readonly size: number;
  /** Reads at most `length` bytes. */
  read(position: number, length: number): Buffer;
}

const VIDEO: FileFormat = { kind: 'video' };

/**
 * Recognises a file by its bytes; its name does not count.
 *
 * @param path - Its path. What is in a pipe can be read only once: it is left to FFmpeg, as a video.
 */
export function fileFormat(path: string): FileFormat {
  let file: ByteFile | undefined;
  try {
    if (!statSync(path).isFile()) return VIDEO;
    file = new ByteFile(path, 'r');
    return recognize(file);
  } catch {
    // Whoever opens it says why it cannot be read.
    return VIDEO;
  } finally {
    file?.close();
  }
}

/** What begins a file, as Latin-1, of formats that need no closer look. */
const SIGNATURES: readonly (readonly [RegExp, ImageFormat])[] = [
  [/^(II[*+]\0|MM\0[*+])/, 'tiff'],
  [/^BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0/s, 'bmp'],
  [/^(\0\0\0\x0cjP {2}\r\n\x87\n|\xff\x4f\xff\x51)/, 'jpeg2000'],
  [/^(\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a)/, 'jpegxl'],
  [/^P[1-7][\s#]/, 'pnm'],
  [/^P[Ff]\s/, 'pfm'],
  [/^\x76\x2f\x31\x01/, 'exr'],
  [/^#\?R(ADIANCE|GBE)\n/, 'hdr'],
  [/^DDS \x7c/, 'dds'],
  [/^8BPS\0\x01/, 'psd'],
  [/^qoif/, 'qoi'],
  [/^\x01\xda[\0\x01][\x01\x02]\0[\x01-\x03]/, 'sgi'],
  [/^\x0a[\0\x02-\x05]\x01[\x01\x02\x04\x08]/, 'pcx'],
  [/^\x59\xa6\x6a\x95/, 'sunrast'],
  [/^(SDPX|XPDS)/, 'dpx'],
];

/** The beginnings of HLS, of FFmpeg's concat, of PLS, of SDP, and of DASH and other manifests in XML. */
const LIST = /^(\xef\xbb\xbf)?\s*(#EXTM3U|ffconcat|\[playlist\]|v=0\r?\n|<[?!a-z])/i;

/** How much of a text is searched for an SVG's root, which may follow comments and declarations. */
const TEXT_LENGTH = 65_536;

/**
 * Recognises a file by its bytes.
 *
 * @param bytes - The whole file.
 */
export function recognize(bytes: Bytes): FileFormat {
  const head = bytes.read(0, TEXT_LENGTH);
  const text = head.toString('latin1', 0, 64);
  const view = new ByteView(bytes);
  const still = (name: ImageFormat, moves = false): FileFormat => (moves ? VIDEO : { kind: 'image', name });
  if (text.startsWith('\xff\xd8\xff')) return jpegFormat(view);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return still('png', isAnimatedPng(view));
  if (/^RIFF.{4}WEBP/s.test(text)) return still('webp', isAnimatedWebp(view));
  if (/^GIF8[79]a/.test(text)) return still('gif', isAnimatedGif(view));
  if (text.startsWith('ftyp', 4)) return isobmffFormat(view, text.slice(8, 12));
  if (/^.{4}(moov|mdat|wide|pnot)/s.test(text)) return { kind: 'video', name: 'mov' };
  if (text.startsWith('\x1a\x45\xdf\xa3'))
    return { kind: 'video', name: text.includes('webm') ? 'webm' : 'matroska' };
  const found = SIGNATURES.find(([pattern]) => pattern.test(text));
  if (found) return still(found[1]);
  if (isSvg(head)) return still('svg');
  if (LIST.test(text)) return { kind: 'list' };
  if (isTarga(view)) return still('targa');
  return VIDEO;
}

/** Access to single bytes and numbers of a file; beyond its end they are -1. */
class ByteView {
  readonly size: number;
  readonly #bytes: Bytes;
  #start = 0;
  #window: Buffer;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.size = bytes.size;
    this.#window = bytes.read(0, TEXT_LENGTH);
  }

  at(position: number): number {
    let index = position - this.#start;
    if (index < 0 || index >= this.#window.length) {
      if (position < 0 || position >= this.size) return -1;
      this.#window = this.#bytes.read(position, TEXT_LENGTH);
      this.#start = position;
      index = 0;
    }
    return this.#window[index] ?? -1;
  }

  text(position: number, length: number): string {
    return this.#bytes.read(position, length).toString('latin1');
  }

  /** A number of up to 6 bytes, most significant first. */
  number(position: number, length: number): number {
    let value = 0;
    for (let i = 0; i < length; i++) {
      const byte = this.at(position + i);
      if (byte < 0) return -1;
      value = value * 256 + byte;
    }
    return value;
  }

  /** The first position from `from` on of these bytes; -1: there is none. */
  find(wanted: Buffer, from: number): number {
    for (let position = from; position < this.size; position += TEXT_LENGTH - wanted.length + 1) {
      const found = this.#bytes.read(position, TEXT_LENGTH).indexOf(wanted);
      if (found >= 0) return position + found;
    }
    return -1;
  }
}

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/** No image has more parts than this before the one that tells whether it moves. */
const MAX_PARTS = 65_536;

/** JPEG, JPEG-LS, or JPEGs one after the other: a video of a camera. */
function jpegFormat(view: ByteView): FileFormat {
  let name: ImageFormat = 'jpeg';
  for (let position = 2, parts = 0; view.at(position) === 0xff && parts < MAX_PARTS; parts++) {
    const marker = view.at(position + 1);
    if (marker === 0xf7) name = 'jpegls';
    // Cameras append images that belong to the first one (previews, depth), and say so in its metadata.
    const isMetadata = marker === 0xe1 || marker === 0xe2;
    if (isMetadata && /^(MPF\0|http:\/\/ns\.adobe\.com\/xap\/)/.test(view.text(position + 4, 29))) break;
    position += 2 + Math.max(0, view.number(position + 2, 2));
    if (marker === 0xda) {
      const end = view.find(END_OF_JPEG, position);
      if (end >= 0 && view.number(end + 2, 3) === 0xffd8ff) return { kind: 'video', name: 'mjpeg' };
      break;
    }
  }
  return { kind: 'image', name };
}

function isAnimatedPng(view: ByteView): boolean {
  for (let position = 8, parts = 0; parts < MAX_PARTS; parts++) {
    const [length, type] = [view.number(position, 4), view.number(position + 4, 4)];
    if (type === fourCharacters('acTL')) return view.number(position + 8, 4) > 1;
    if (length < 0 || type === fourCharacters('IDAT')) return false;
    position += length + 12;
  }
  return false;
}

function isAnimatedWebp(view: ByteView): boolean {
  const isAnimation = view.number(12, 4) === fourCharacters('VP8X') && (view.at(20) & 2) !== 0;
  let frames = 0;
  for (let position = 12, parts = 0; isAnimation && frames < 2 && parts < MAX_PARTS; parts++) {
    const type = view.number(position, 4);
    if (type < 0) break;
    if (type === fourCharacters('ANMF')) frames++;
    const length =
      view.at(position + 4) + 256 * view.at(position + 5) + 65_536 * view.number(position + 6, 1);
    position += 8 + Math.max(0, length + 2 ** 24 * view.at(position + 7));
    position += position % 2;
  }
  return frames > 1;
}

function isAnimatedGif(view: ByteView): boolean {
  const colors = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const afterBlocks = (from: number) => {
    let position = from;
    for (let length = view.at(position); length > 0; length = view.at(position)) position += length + 1;
    return position + 1;
  };
  let frames = 0;
  for (let position = 13 + colors(view.at(10)); ; ) {
    const kind = view.at(position);
    if (kind === 0x21) {
      position = afterBlocks(position + 2);
    } else if (kind === 0x2c) {
      if (++frames > 1) return true;
      position = afterBlocks(position + 11 + colors(view.at(position + 9)));
    } else {
      return false;
    }
  }
}

/** The brands of HEIF, of which AVIF is one kind: still images, and image sequences. */
const HEIF = /^(avi[fs]|he[iv][cmsx]|mif[12]|msf1|miaf)$/;

/** Boxes that lead to the sample counts of a track. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl'].map(fourCharacters));

function isobmffFormat(view: ByteView, brand: string): FileFormat {
  if (!HEIF.test(brand)) return { kind: 'video', name: brand === 'qt  ' ? 'mov' : 'mp4' };
  return samplesIn(view, 0, view.size) > 1 ? VIDEO : { kind: 'image', name: 'heif' };
}

/** The largest number of samples of a track. */
function samplesIn(view: ByteView, start: number, end: number, depth = 0): number {
  let samples = 0;
  for (let position = start, parts = 0; position + 8 <= end && parts < MAX_PARTS; parts++) {
    const stated = view.number(position, 4);
    const type = view.number(position + 4, 4);
    const header = stated === 1 ? 16 : 8;
    const length = stated === 1 ? view.number(position + 10, 6) : stated === 0 ? end - position : stated;
    if (length < header) break;
    const next = Math.min(end, position + length);
    if (type === fourCharacters('stsz') || type === fourCharacters('stz2'))
      samples = Math.max(samples, view.number(position + header + 8, 4));
    else if (CONTAINERS.has(type) && depth < 8)
      samples = Math.max(samples, samplesIn(view, position + header, next, depth + 1));
    position = next;
  }
  return samples;
}

function fourCharacters(name: string): number {
  return Buffer.from(name, 'latin1').readUInt32BE();
}

/** An XML text with the root of an SVG, plain or compressed. */
function isSvg(head: Buffer): boolean {
  const text = (head[0] === 0x1f && head[1] === 0x8b ? inflatedHead(head) : head).toString('latin1');
  return /^(\xef\xbb\xbf)?\s*</.test(text) && /<([\w-]+:)?svg[\s>]/.test(text);
}

/** What the first kilobyte of a compressed file contains. */
function inflatedHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head.subarray(0, 1024), { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** TGA has no signature at its start, and one at its end only in its second version. */
function isTarga(view: ByteView): boolean {
  if (view.size < 18) return false;
  if (view.text(view.size - 18, 18) === 'TRUEVISION-XFILE.\0') return true;
  const [palette, type] = [view.at(1), view.at(2)];
  const isIndexed = type === 1 || type === 9;
  if (!(isIndexed || [2, 3, 10, 11].includes(type)) || palette !== Number(isIndexed)) return false;
  if (!isIndexed && view.number(3, 5) !== 0) return false;
  const [width, height] = [view.at(12) + 256 * view.at(13), view.at(14) + 256 * view.at(15)];
  const bits = view.at(16);
  if (width < 1 || height < 1 || ![8, 15, 16, 24, 32].includes(bits) || view.at(17) >= 0x40) return false;
  const isPacked = type > 8;
  return isPacked ? view.size > 18 : view.size >= 18 + width * height * Math.ceil(bits / 8);
}
