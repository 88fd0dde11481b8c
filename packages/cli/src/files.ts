import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';

/** What the command needs of the file system while it parses the command line. */
export interface Files {
  /** What is at a path; devices count as files. `undefined`: nothing. */
  kind(path: string): 'file' | 'directory' | undefined;
  /** Whether an existing file is a still image; everything else is treated as a video. */
  isImage(path: string): boolean;
}

/** The extensions of still images. Animations (`.gif`) count as videos. */
const IMAGE_EXTENSION =
  /^\.(jpe?g|jpe|jfif|png|webp|avif|hei[cf]|tiff?|bmp|svg|jxl|jp2|tga|ppm|pgm|pnm|exr|dng)$/i;

/**
 * Whether a path has the extension of a still image.
 */
export function isImageName(path: string): boolean {
  return IMAGE_EXTENSION.test(extname(path));
}

/** The real file system. */
export const disk: Files = {
  kind(path) {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return undefined;
    }
  },
  isImage(path) {
    return isImageBySignature(readHead(path)) ?? isImageName(path);
  },
};

function readHead(path: string): Buffer {
  const head = Buffer.alloc(16);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } catch {
    return head.subarray(0, 0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The EBML signature of mkv and webm. */
const MATROSKA = 0x1a45dfa3;

/** Recognises a file by its first bytes, because extensions are often wrong. `undefined`: unknown. */
function isImageBySignature(head: Buffer): boolean | undefined {
  const text = head.toString('latin1');
  if (/^(\xff\xd8\xff|\x89PNG|RIFF....WEBP|II\*\0|MM\0\*)/s.test(text)) return true;
  if (/^....ftyp(avif|hei[cx]|mif1)/s.test(text)) return true;
  if (/^(....ftyp|RIFF....AVI |GIF8)/s.test(text)) return false;
  if (head.length >= 4 && head.readUInt32BE(0) === MATROSKA) return false;
  return undefined;
}
