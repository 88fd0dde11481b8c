import type { PixelSize } from '@elsewhere/engine';

/**
 * The size of an image, read from its header: before anything is decoded, which may cost any amount of memory.
 *
 * @param bytes - The beginning of a PNG, JPEG, GIF, WebP, BMP, AVIF or HEIC file.
 * @returns `undefined` if the format is another one, or the header is not whole.
 */
export function imageSizeOf(bytes: Uint8Array): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return sizeOf(view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sizeOf(view: DataView): PixelSize | undefined {
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (view.getUint16(0) === 0xffd8) return sizeOfJpeg(view);
  switch (textAt(view, 0, 4)) {
    case 'GIF8':
      return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    case 'RIFF':
      return textAt(view, 8, 4) === 'WEBP' ? sizeOfWebP(view) : undefined;
  }
  if (textAt(view, 0, 2) === 'BM') {
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  }
  return textAt(view, 4, 4) === 'ftyp' ? sizeOfHeif(view) : undefined;
}

/** The MIME type of an image that may be animated, by its first bytes. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith('\x89PNG')) return 'image/png';
  if (text.startsWith('GIF8')) return 'image/gif';
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'image/webp';
  return text.slice(4).startsWith('ftypavi') ? 'image/avif' : undefined;
}

/** Goes from segment to segment until the one that begins a frame. */
function sizeOfJpeg(view: DataView): PixelSize | undefined {
  for (let at = 2; ; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff00) return undefined;
    // Fill bytes.
    if (marker === 0xffff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
}

function sizeOfWebP(view: DataView): PixelSize | undefined {
  switch (textAt(view, 12, 4)) {
    case 'VP8X':
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

/** The largest image of those that are described: a large one may be made of tiles. */
function sizeOfHeif(view: DataView): PixelSize | undefined {
  let size: PixelSize | undefined;
  for (let at = 0; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) !== 0x69737065) continue; // ispe
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (width * height > (size ? size.width * size.height : 0)) size = { width, height };
  }
  return size;
}

/** Whether a file is an image with more than one frame: such images are videos. */
export function isAnimated(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) return isAnimatedPng(view);
    if (textAt(view, 0, 4) === 'GIF8') return isAnimatedGif(view);
    if (textAt(view, 0, 4) === 'RIFF' && textAt(view, 8, 8) === 'WEBPVP8X') {
      return (view.getUint8(20) & 2) !== 0;
    }
    return textAt(view, 4, 4) === 'ftyp' && textAt(view, 8, 4) === 'avis';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What animates a PNG comes before its pixels. */
function isAnimatedPng(view: DataView): boolean {
  for (let at = 8; ; at += 12 + view.getUint32(at)) {
    const type = textAt(view, at + 4, 4);
    if (type === 'IDAT') return false;
    if (type === 'acTL') return view.getUint32(at + 8) > 1;
  }
}

/** Whether there is a second frame. */
function isAnimatedGif(view: DataView): boolean {
  const tableSize = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  let frames = 0;
  for (let at = 13 + tableSize(view.getUint8(10)); ; ) {
    const block = view.getUint8(at);
    if (block === 0x2c) {
      if (++frames > 1) return true;
      at += 11 + tableSize(view.getUint8(at + 9));
    } else if (block === 0x21) at += 2;
    else return false;
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
    at++;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function textAt(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(at + i)));
}
