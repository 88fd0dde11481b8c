import { statSync } from 'node:fs';
import { ByteFile } from '../byte-file.js';
import type { Chapter } from './chapter.js';
import { readMatroskaChapters, writeMatroskaChapters } from './matroska.js';
import { readMp4Chapters, writeMp4Chapters } from './mp4.js';

export { type Chapter, trimChapters } from './chapter.js';
export { reserveMp4 } from './mp4.js';

/**
 * Reads a file's chapters.
 *
 * @param path - The file's path.
 * @param format - FFmpeg's name of its format.
 * @returns The chapters in order; empty if there are none or they cannot be read.
 */
export function readChapters(path: string, format: string): Chapter[] {
  const read = /^mov\b/.test(format)
    ? readMp4Chapters
    : /^matroska\b/.test(format)
      ? readMatroskaChapters
      : undefined;
  // What is in a pipe can be read only once.
  if (!read || !statSync(path).isFile()) return [];
  const file = new ByteFile(path, 'r');
  try {
    return read(file);
  } catch {
    // The video is converted even if its chapters are damaged.
    return [];
  } finally {
    file.close();
  }
}

/**
 * Writes chapters into a complete file.
 *
 * @param format - How its container stores chapters.
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
