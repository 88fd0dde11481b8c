import type { Dictionary } from 'node-av/lib';

/** What describes the old file's bytes, not its contents. */
const STALE =
  /^(encoder|major_brand|minor_version|compatible_brands|duration|vendor_id|bps|number_of_(frames|bytes)|_statistics_.*)(-[a-z]{3})?$/i;

/**
 * What an input says of itself or of one of its streams and its output may say too.
 *
 * @param dictionary - FFmpeg's metadata.
 * @returns Names and values.
 */
export function keptMetadata(dictionary: Dictionary | null): Record<string, string> {
  return Object.fromEntries(Object.entries(dictionary?.getAll() ?? {}).filter(([name]) => !STALE.test(name)));
}
