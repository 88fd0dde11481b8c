import { crc32, deflateSync } from 'node:zlib';
import { EngineError } from '@elsewhere/engine';
import { assertInputSize, SIZE_LIMITS } from '@elsewhere/engine/internal';
import type { Sharp } from 'sharp';
import { ByteFile } from '../byte-file.js';
import type { ImageFormat } from '../input/file-format.js';
import { decodeImage, needsFfmpeg, type Pixels } from './ffmpeg-decoder.js';
import { decodeHeic, parseHeic } from './heic.js';
import { imageSize } from './image-size.js';
import { drawSvg, type SvgTarget, SvgTooComplex } from './svg.js';

/** An image that is opened. */
export interface ImageSource {
  readonly path: string;
  /** Its name in messages. */
  readonly name: string;
  readonly format: ImageFormat;
  /** Where it will be shown, for what is drawn. */
  readonly target?: SvgTarget | undefined;
}

/**
 * Decodes an image, by whichever library knows its format. Its size is checked first.
 *
 * @param source - The image.
 * @param use - What is made of it.
 * @param refuse - Makes an error of the end of a sentence ("is damaged").
 * @throws `EngineError` `INPUT_TOO_LARGE`; what `refuse` makes.
 */
export async function readImage<T>(
  source: ImageSource,
  use: (image: Sharp) => Promise<T>,
  refuse: (why: string, cause: unknown) => Error,
): Promise<T> {
  try {
    return await use(await openImage(source));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    if (cause instanceof SvgTooComplex)
      throw refuse(
        'is a drawing that takes too much time or memory: give a simpler one, or a png of it',
        cause,
      );
    throw refuse('is damaged, or not an image of a supported format', cause);
  }
}

async function openImage({ path, name, format, target }: ImageSource): Promise<Sharp> {
  // Loaded only where it is needed: it takes time and memory.
  const { default: sharp } = await import('sharp');
  const fromPixels = ({ data, width, height }: Pixels) =>
    sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false });
  if (format === 'svg') return fromPixels(await drawSvg(path, name, target));
  if (needsFfmpeg(format)) {
    assertStatedSize(path, name, format);
    return fromPixels(decodeImage(path, format, SIZE_LIMITS.image.pixels));
  }
  // The limit is ours, not sharp's, which states none in its message.
  const image = sharp(path, { limitInputPixels: false });
  const metadata = await image.metadata();
  assertInputSize('image', name, metadata);
  if (metadata.compression !== 'hevc') return image.autoOrient();
  const heic = parseHeic(path);
  assertInputSize('image', name, heic.size);
  const { rotation, mirror, profile } = heic;
  const plain = fromPixels(decodeHeic(heic, SIZE_LIMITS.image.pixels));
  const decoded = profile ? sharp(await withProfile(plain, profile), { limitInputPixels: false }) : plain;
  const mirrored = mirror ? fromPixels(await pixelsOf(decoded[mirror]())) : decoded;
  return rotation ? fromPixels(await pixelsOf(mirrored.rotate(rotation))) : mirrored;
}

/** An image with a colour profile, which sharp takes from files alone: a PNG with a chunk more behind its header. */
async function withProfile(image: Sharp, profile: Buffer): Promise<Buffer> {
  const png = await image.png({ compressionLevel: 0 }).toBuffer();
  const content = Buffer.concat([Buffer.from('iCCPprofile\0\0', 'latin1'), deflateSync(profile)]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return Buffer.concat([png.subarray(0, PNG_HEADER), chunk, png.subarray(PNG_HEADER)]);
}

/** The bytes of a PNG's signature and of its first chunk. */
const PNG_HEADER = 33;

/** Carries out what was asked for: further operations of sharp are not done in the order of the calls. */
async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function assertStatedSize(path: string, name: string, format: ImageFormat): void {
  const file = new ByteFile(path, 'r');
  try {
    const size = imageSize(file, format);
    if (size) assertInputSize('image', name, size);
  } finally {
    file.close();
  }
}
