import type { ConversionWarning } from '@elsewhere/engine';
import { classifyTag, keepTags } from '@elsewhere/engine/internal';
import type { MetadataTags } from 'mediabunny';

/** The tags of an output, and what was left out that users may miss. */
export interface KeptMetadata {
  readonly tags: MetadataTags;
  readonly warnings: readonly ConversionWarning[];
}

/** No image is as small as this, in bytes. */
const MOST_BYTES = 256;

/** QuickTime's tag with date and time, which mediabunny does not take for the date. */
const CREATION_DATE = 'com.apple.quicktime.creationdate';

/**
 * Chooses the tags of a file that are carried over, by the engine's list. Images and attached files never are: they may show
 * the camera background. WebM and MP4 have no use for fonts.
 *
 * @param tags - All tags of the file.
 * @param keepLocation - Whether tags that say where the recording was made are kept.
 */
export function keepMetadata(
  { raw = {}, images = [], date, trackNumber, tracksTotal, discNumber, discsTotal, ...texts }: MetadataTags,
  keepLocation: boolean,
): KeptMetadata {
  const named = keepTags(textsOf(texts), keepLocation);
  const others = keepTags(textsOf(raw), keepLocation);
  const binary = Object.entries(raw).filter(([, value]) => typeof value === 'object' && value !== null);
  const recorded = date ?? dateOf(raw[CREATION_DATE]);
  const dropsLocation =
    !keepLocation && binary.some(([name, value]) => classifyTag(name, value) === 'location');
  const dropsPicture = images.length > 0 || binary.some(([name, value]) => isFile(name, value));
  const warnings: ConversionWarning[] = [];
  if (named.dropsLocation || others.dropsLocation || dropsLocation) {
    const message =
      'The metadata that says where the recording was made was left out: keepLocation keeps it.';
    warnings.push({ code: 'LOCATION_DROPPED', message });
  }
  if (named.dropsPicture || others.dropsPicture || dropsPicture) {
    const message =
      'Images or attached files in the metadata were left out: they may show the camera background.';
    warnings.push({ code: 'ATTACHMENT_DROPPED', message });
  }
  const numbers = { trackNumber, tracksTotal, discNumber, discsTotal };
  const known = Object.entries(numbers).filter(([, value]) => value !== undefined);
  return {
    tags: {
      ...named.tags,
      ...Object.fromEntries(known),
      ...(recorded && { date: recorded }),
      raw: others.tags,
    },
    warnings,
  };
}

/** The tags that are texts; several of one name become one. */
function textsOf(tags: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(tags)) {
    if (typeof value === 'string') texts[name] = value;
    else if (Array.isArray(value)) texts[name] = value.join('; ');
  }
  return texts;
}

/** Whether a tag that is no text contains a file, or may contain an image. */
function isFile(name: string, value: unknown): boolean {
  return (
    !(value instanceof Uint8Array) || value.length > MOST_BYTES || classifyTag(name, value) === 'picture'
  );
}

function dateOf(value: unknown): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
