/** A chapter of a video. */
export interface Chapter {
  /** In seconds. */
  readonly start: number;
  /** In seconds; `undefined` where the file does not state it. */
  readonly end: number | undefined;
  readonly title: string;
}

/**
 * Trims chapters to a part of a video.
 *
 * @param chapters - The chapters of the whole, in order.
 * @param from - The start of the part, in seconds.
 * @param length - The duration of the part, in seconds.
 * @returns The chapters of the part, in seconds from its start.
 */
export function trimChapters(chapters: readonly Chapter[], from: number, length: number): Chapter[] {
  return chapters
    .map(({ start, end, title }, index) => ({
      start: Math.max(0, start - from),
      end: Math.min(length, (end ?? chapters[index + 1]?.start ?? Number.POSITIVE_INFINITY) - from),
      title,
    }))
    .filter(({ start, end }) => start < end && start < length);
}
