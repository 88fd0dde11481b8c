import type { Bytes, ImageFormat } from '../input/file-format.js';

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Enough for every header. */
const HEAD = 65_536;

/**
 * Reads the size of an image from its header, for formats that sharp does not know.
 *
 * @param bytes - The whole file.
 * @returns The size; `undefined` where the header does not state it, or states it in a way that only the decoder knows.
 */
export function imageSize(bytes: Bytes, format: ImageFormat): Size | undefined {
  const head = bytes.read(0, HEAD);
  try {
    return READERS[format]?.(head);
  } catch {
    // The file ends within its header.
    return undefined;
  }
}

const size = (width: number, height: number): Size => ({ width: Math.abs(width), height: Math.abs(height) });

function fromText(text: string, pattern: RegExp): Size | undefined {
  const { width, height } = pattern.exec(text)?.groups ?? {};
  return width && height ? size(Number(width), Number(height)) : undefined;
}

const READERS: Readonly<Partial<Record<ImageFormat, (head: Buffer) => Size | undefined>>> = {
  bmp: (head) =>
    head.readUInt32LE(14) === 12
      ? size(head.readUInt16LE(18), head.readUInt16LE(20))
      : size(head.readInt32LE(18), head.readInt32LE(22)),
  dds: (head) => size(head.readUInt32LE(16), head.readUInt32LE(12)),
  dpx: (head) =>
    head.toString('latin1', 0, 4) === 'SDPX'
      ? size(head.readUInt32BE(772), head.readUInt32BE(776))
      : size(head.readUInt32LE(772), head.readUInt32LE(776)),
  exr(head) {
    const name = 'dataWindow\0box2i\0';
    const at = head.indexOf(name, 0, 'latin1') + name.length + 4;
    if (at < name.length + 4) return undefined;
    const [left, top, right, bottom] = [0, 4, 8, 12].map((offset) => head.readInt32LE(at + offset));
    return size((right ?? 0) - (left ?? 0) + 1, (bottom ?? 0) - (top ?? 0) + 1);
  },
  hdr: (head) => fromText(head.toString('latin1'), /\n[-+]Y (?<height>\d+) [-+]X (?<width>\d+)\n/),
  jpeg2000(head) {
    const at = head.indexOf('\xff\x4f\xff\x51', 0, 'latin1');
    if (at < 0) return undefined;
    const [right = 0, bottom = 0, left = 0, top = 0] = [8, 12, 16, 20].map((offset) =>
      head.readUInt32BE(at + offset),
    );
    return size(right - left, bottom - top);
  },
  jpegls(head) {
    const at = head.indexOf('\xff\xf7', 0, 'latin1');
    return at < 0 ? undefined : size(head.readUInt16BE(at + 7), head.readUInt16BE(at + 5));
  },
  pcx(head) {
    const [left = 0, top = 0, right = 0, bottom = 0] = [4, 6, 8, 10].map((offset) =>
      head.readUInt16LE(offset),
    );
    return size(right - left + 1, bottom - top + 1);
  },
  pfm: (head) => fromText(head.toString('latin1'), /^P[Ff]\s+(?<width>\d+)\s+(?<height>\d+)\s/),
  pnm(head) {
    const text = head.toString('latin1').replace(/#.*\n/g, '');
    return (
      fromText(text, /^P[1-6]\s+(?<width>\d+)\s+(?<height>\d+)\s/) ??
      fromText(text, /^P7\n(?:.*\n)*?WIDTH (?<width>\d+)\n(?:.*\n)*?HEIGHT (?<height>\d+)\n/)
    );
  },
  psd: (head) => size(head.readUInt32BE(18), head.readUInt32BE(14)),
  qoi: (head) => size(head.readUInt32BE(4), head.readUInt32BE(8)),
  sgi: (head) => size(head.readUInt16BE(6), head.readUInt16BE(8)),
  sunrast: (head) => size(head.readUInt32BE(4), head.readUInt32BE(8)),
  targa: (head) => size(head.readUInt16LE(12), head.readUInt16LE(14)),
};
