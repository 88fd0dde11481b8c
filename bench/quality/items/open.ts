import type { Frame } from '@elsewhere/engine';
import { composite, createPresenter } from '@elsewhere/presenter';
import sharp from 'sharp';
import type { ClipItem, FootageItem, Item, LabelledItem, PresenterItem, StillItem } from './item.js';
import { type Size, scoringSize, shrinkBytes } from './scale.js';
import { LabelledShot, Shot } from './shot.js';
import { type AlphaImage, videoAlphas, videoFrames } from './video.js';
import { frameToRgb, rgbToFrame } from './yuv.js';

/** The shots of an item, in order. */
export function openItem(item: Item): AsyncGenerator<Shot> {
  return item.kind === 'footage' ? openFootage(item) : openLabelled(item);
}

/** The shots of an item with ground truth, in order. */
export function openLabelled(item: LabelledItem): AsyncGenerator<LabelledShot> {
  switch (item.kind) {
    case 'still':
      return still(item);
    case 'clip':
      return clip(item);
    case 'presenter':
      return presenter(item);
  }
}

async function* openFootage({ video, fps, within }: FootageItem): AsyncGenerator<Shot> {
  let index = 0;
  for (const frame of videoFrames(video)) {
    yield atScoringSize({ index, time: Math.round((index * 1e6) / fps) }, frame, within);
    index++;
  }
}

/** A shot of a video's frame; with its R, G, B where it had to be scaled. */
function atScoringSize(
  instant: { readonly index: number; readonly time: number },
  frame: Frame,
  within?: Size,
): Shot {
  const size = scoringSize(frame, within);
  if (frame.width === size.width && frame.height === size.height) return new Shot(instant, frame);
  const rgb = shrinkBytes(frameToRgb(frame), frame, size, 3);
  return new Shot(instant, rgbToFrame(rgb, size), { rgb });
}

async function* still({ image, mask, within }: StillItem): AsyncGenerator<LabelledShot> {
  const source = await readRgb(image);
  const size = scoringSize(source, within);
  const rgb = shrinkBytes(source.rgb, source, size, 3);
  const truth = toScoringSize(await readAlpha(mask), size, mask);
  yield new LabelledShot({ index: 0, time: 0 }, rgbToFrame(rgb, size), truth, { rgb });
}

async function* clip({ video, alpha, fps, name, within }: ClipItem): AsyncGenerator<LabelledShot> {
  const alphas = typeof alpha === 'string' ? videoAlphas(alpha) : images(alpha, readAlpha);
  const frames = typeof video === 'string' ? videoFrames(video) : images(video, readRgb);
  try {
    let index = 0;
    for await (const frame of frames) {
      const { value } = await alphas.next();
      if (!value) throw new Error(`${name} has fewer mattes than frames.`);
      const moment = { index, time: Math.round((index * 1e6) / fps) };
      const size = scoringSize(frame, within);
      const truth = toScoringSize(value, size, name);
      index++;
      if ('planes' in frame && frame.width === size.width && frame.height === size.height) {
        yield new LabelledShot(moment, frame, truth);
      } else {
        const rgb = shrinkBytes('rgb' in frame ? frame.rgb : frameToRgb(frame), frame, size, 3);
        yield new LabelledShot(moment, rgbToFrame(rgb, size), truth, { rgb });
      }
    }
  } finally {
    await alphas.return(undefined);
  }
}

async function* presenter({ options, frames }: PresenterItem): AsyncGenerator<LabelledShot> {
  const drawn = createPresenter(options);
  for (let index = 0; index < frames; index++) {
    const { image, alpha, foreground, room } = await drawn.frame(index);
    const rgb = dropAlpha(image);
    const colors = dropAlpha(foreground);
    // Where the person is opaque, the camera's noise belongs to their colours.
    for (let i = 0; i < alpha.length; i++) {
      if (alpha[i] === 255) colors.set(rgb.subarray(3 * i, 3 * i + 3), 3 * i);
    }
    const isNoisy = drawn.options.camera.noise > 0;
    const clean = isNoisy ? rgbToFrame(dropAlpha(composite(foreground, room)), drawn).planes[0] : undefined;
    const moment = { index, time: Math.round((index * 1e6) / drawn.fps) };
    const known = { rgb, ...(clean && { luma: clean.data }) };
    yield new LabelledShot(moment, rgbToFrame(rgb, drawn), alpha, known, colors);
  }
}

interface RgbImage extends Size {
  readonly rgb: Uint8Array;
}

async function readRgb(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .flatten({ background: '#000' })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

/** Reads an image of a matte: its grey, or its first channel. */
export async function readAlpha(path: string): Promise<AlphaImage> {
  const { data, info } = await sharp(path)
    .extractChannel(0)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, alpha: data };
}

/** The alpha of an image at scoring size. */
export function toScoringSize({ alpha, ...from }: AlphaImage, to: Size, name: string): Uint8Array {
  if (from.width < to.width || from.height < to.height) {
    throw new Error(
      `A matte for ${name} is smaller (${from.width}x${from.height}) than ${to.width}x${to.height}.`,
    );
  }
  return shrinkBytes(alpha, from, to, 1);
}

async function* images<Picture>(
  paths: readonly string[],
  read: (path: string) => Promise<Picture>,
): AsyncGenerator<Picture> {
  for (const path of paths) yield await read(path);
}

function dropAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}
