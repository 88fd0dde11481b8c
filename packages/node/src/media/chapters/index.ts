import type { Chapter } from './chapter.js';
import { ByteFile } from './file.js';
import { readMatroskaChapters, writeMatroskaChapters } from './matroska.js';
import { readMp4Chapters, writeMp4Chapters } from './mp4.js';

export { type Chapter, cutChapters } from './chapter.js';
export { reserveMp4 } from './mp4.js';

/**
 * Reads a file's chapters.
 *
 * @param path - The file's path.
 * @param format - FFmpeg's name of its format.
 * @returns The chapters in the order of time; none if there are none or they cannot be read.
 */
export function readChapters(path: string, format: string): Chapter[] {
  const read = /^mov\b/.test(format)
    ? readMp4Chapters
    : /^matroska\b/.test(format)
      ? readMatroskaChapters
      : undefined;
  if (!read) return [];
  const file = new ByteFile(path, 'r');
  try {
    return read(file);
  } catch {
    // A damaged table of chapters is no reason to refuse the video.
    return [];
  } finally {
    file.close();
  }
}

/**
 * Writes chapters into a complete file.
 *
 * @param path - The file's path.
 * @param format - How chapters are written into it.
 * @param chapters - The chapters.
 * @returns Whether there was room for them.
 */
export function writeChapters(
  path: string,
  format: 'mp4' | 'matroska',
  chapters: readonly Chapter[],
): boolean {
  const file = new ByteFile(path, 'r+');
  try {
    return (format === 'mp4' ? writeMp4Chapters : writeMatroskaChapters)(file, chapters);
  } finally {
    file.close();
  }
}
