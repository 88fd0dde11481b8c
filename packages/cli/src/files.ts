import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';

/** What the command wants to know of the disk while it reads the command line. */
export interface Files {
  /** What lies at a path; devices count as files. `undefined`: nothing. */
  kind(path: string): 'file' | 'directory' | undefined;
  /** Whether a file that is there is a still picture; everything else is taken for a video. */
  isPicture(path: string): boolean;
}

/** The extensions of still pictures. Animations (`.gif`) count as videos. */
const PICTURE_EXTENSION =
  /^\.(jpe?g|jpe|jfif|png|webp|avif|hei[cf]|tiff?|bmp|svg|jxl|jp2|tga|ppm|pgm|pnm|exr|dng)$/i;

/**
 * Whether a path is called like a still picture.
 *
 * @param path - Any path.
 */
export function namesPicture(path: string): boolean {
  return PICTURE_EXTENSION.test(extname(path));
}

/** The real disk. */
export const disk: Files = {
  kind(path) {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return undefined;
    }
  },
  isPicture(path) {
    return pictureBySignature(readHead(path)) ?? namesPicture(path);
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

/** Looks at a file's first bytes: extensions are often wrong. `undefined`: says nothing. */
function pictureBySignature(head: Buffer): boolean | undefined {
  const text = head.toString('latin1');
  if (/^(\xff\xd8\xff|\x89PNG|RIFF....WEBP|II\*\0|MM\0\*)/s.test(text)) return true;
  if (/^....ftyp(avif|hei[cx]|mif1)/s.test(text)) return true;
  if (/^(....ftyp|RIFF....AVI |GIF8)/s.test(text)) return false;
  if (head.length >= 4 && head.readUInt32BE(0) === MATROSKA) return false;
  return undefined;
}
