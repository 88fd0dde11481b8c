/** A chapter of a video. */
export interface Chapter {
  /** In seconds. */
  readonly start: number;
  /** In seconds; `undefined` where the file does not say. */
  readonly end: number | undefined;
  readonly title: string;
}

/**
 * The chapters of a part of a video.
 *
 * @param chapters - Those of the whole, in the order of time.
 * @param from - Where the part begins, in seconds.
 * @param length - How long the part is, in seconds.
 * @returns Those that are in it, in seconds of its own.
 */
export function cutChapters(chapters: readonly Chapter[], from: number, length: number): Chapter[] {
  return chapters
    .map(({ start, end, title }, index) => ({
      start: Math.max(0, start - from),
      end: Math.min(length, (end ?? chapters[index + 1]?.start ?? Number.POSITIVE_INFINITY) - from),
      title,
    }))
    .filter(({ start, end }) => start < end && start < length);
}
