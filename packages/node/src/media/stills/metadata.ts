import { classifyTag } from '@elsewhere/engine/internal';
import sharp, { type Metadata } from 'sharp';
import { fileFormat } from '../input/file-format.js';
import { readLocation } from './exif.js';

/** Formats whose metadata is read; an SVG has none of a camera. */
const WITH_METADATA: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'tiff', 'heif', 'jpegxl']);

/** Where an image was taken. */
export interface StillLocation {
  /** What EXIF says, by the names that sharp takes. */
  readonly exif: Readonly<Record<string, string>>;
  /** Whether any of its metadata says it. */
  readonly isStated: boolean;
}

/**
 * Reads where an image was taken. Nothing else of its metadata is carried over: it may contain thumbnails and previews of the camera
 * background.
 *
 * @param path - The image. What cannot be read says nothing.
 */
export async function locationOf(path: string): Promise<StillLocation> {
  const { kind, name } = fileFormat(path) as { kind: string; name?: string };
  const isRead = kind === 'image' && name !== undefined && WITH_METADATA.has(name);
  const metadata = isRead
    ? await sharp(path, { limitInputPixels: false })
        .metadata()
        .catch(() => undefined)
    : undefined;
  const exif = metadata?.exif ? readLocation(metadata.exif) : {};
  const isStated = Object.keys(exif).length > 0 || (metadata !== undefined && isStatedElsewhere(metadata));
  return { exif, isStated };
}

/** Whether XMP, IPTC or comments say it. */
function isStatedElsewhere({ xmp, iptc, comments = [] }: Metadata): boolean {
  const text = xmp?.toString('utf8') ?? '';
  return (
    /gps(latitude|longitude)|photoshop:(city|country|state)|iptc4xmpcore:location|locationcreated/i.test(
      text,
    ) ||
    // Records 2:90, 2:92, 2:95, 2:101: city, sublocation, province, country.
    [90, 92, 95, 101].some((record) => iptc?.includes(Buffer.from([0x1c, 2, record]))) ||
    comments.some(({ keyword, text: comment }) =>
      [keyword, 'comment'].some((each) => classifyTag(each, comment) === 'location'),
    )
  );
}
