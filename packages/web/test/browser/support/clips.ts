import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composite, createPresenter, type PresenterOptions, rgbaToI420 } from '@elsewhere/presenter';

/** A clip of the presenter on disk: what the fake camera shows, and the exact alpha of each frame. */
export interface Clip {
  readonly width: number;
  readonly height: number;
  /** How many frames until it begins anew. There and back again, so that nothing jumps. */
  readonly frames: number;
  /** YUV4MPEG2, 4:2:0. */
  readonly path: string;
  /** The alpha of each frame, `width * height` bytes, one after the other. */
  readonly alphaPath: string;
}

/** One frame of a {@link Clip}, in tight planes. */
export interface ClipFrame {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  /** 255 is person. */
  readonly alpha: Uint8Array;
}

/** A clip that tests ask for. */
interface ClipRecipe extends PresenterOptions {
  readonly width: number;
  readonly height: number;
  /** How many frames are drawn; the clip shows them there and back. Default 24. */
  readonly drawn?: number;
}

/** The clips that tests ask for. */
const CLIPS = {
  /**
   * The presenter before stripes of light and dark magenta, which nothing else contains: wherever they show, the camera
   * background shows, and where they show sharply, not even blurred.
   */
  striped: { width: 640, height: 360, room: '#ff00ff', waving: 'always' },
  /** Half as long, for what is encoded. */
  'striped-brief': { width: 640, height: 360, room: '#ff00ff', waving: 'always', drawn: 12 },
  /** The same at another size, for changes under way. */
  'striped-small': { width: 320, height: 240, room: '#ff00ff', waving: 'always' },
  /** As small as can be, for many frames. */
  'striped-tiny': { width: 160, height: 90, room: '#ff00ff', waving: 'always', drawn: 12 },
  /** Just large enough to be scaled down. */
  'striped-large': { width: 640, height: 480, room: '#ff00ff', waving: 'always', drawn: 12 },
  /** As people sit before their cameras. */
  office: { width: 1280, height: 720, room: 'office' },
  'office-large': { width: 1920, height: 1080, room: 'office' },
} as const satisfies Readonly<Record<string, ClipRecipe>>;

/** The name of a clip. */
export type ClipName = keyof typeof CLIPS;

/** Frames a second. */
const FPS = 30;

/** The two colours of the stripes; each is 2 pixels wide, as chroma is. */
const STRIPES = [
  [255, 0, 255],
  [190, 0, 190],
] as const;

/**
 * Draws a clip, or takes the one that is there.
 *
 * @param folder - Where clips lie.
 * @param name - Which one.
 */
export async function makeClip(folder: string, name: ClipName): Promise<Clip> {
  const recipe: ClipRecipe = CLIPS[name];
  const { width, height, drawn = 24 } = recipe;
  const path = join(folder, `${name}.y4m`);
  const clip = { width, height, frames: 2 * drawn - 2, path, alphaPath: join(folder, `${name}.alpha`) };
  if (!existsSync(path)) await draw(clip, recipe);
  return clip;
}

/**
 * Makes a clip for the fake camera of pages that show it for as long as a test takes: with fewer frames a second, it is less work
 * for machines without a GPU.
 *
 * @param folder - Where clips lie.
 * @param name - Which one.
 * @param fps - Frames a second. Fewer than the default are for pages on which little has to change soon.
 * @returns The path of the video.
 */
export async function makeSlowClip(folder: string, name: ClipName, fps = FPS / 2): Promise<string> {
  const { path } = await makeClip(folder, name);
  const slow = join(folder, `${name}-${fps}.y4m`);
  if (existsSync(slow)) return slow;
  const video = await readFile(path);
  const head = video.indexOf('\n');
  const part = `${slow}.${randomUUID()}.part`;
  const header = video.toString('latin1', 0, head).replace(`F${FPS}:1`, `F${fps}:1`);
  await writeFile(part, [header, video.subarray(head)]);
  await rename(part, slow);
  return slow;
}

async function draw(
  { width, height, frames, path, alphaPath }: Clip,
  { drawn = 24, ...options }: ClipRecipe,
): Promise<void> {
  const presenter = createPresenter(options);
  const stripes = options.room?.startsWith('#') ? drawStripes(width, height) : undefined;
  const images: { planes: Buffer; alpha: Uint8Array }[] = [];
  for (let index = 0; index < drawn; index++) {
    const { foreground, room, alpha } = await presenter.frame(index);
    const { y, u, v } = rgbaToI420(composite(foreground, stripes ?? room), width, height);
    images.push({ planes: Buffer.concat([y, u, v]), alpha });
  }
  // Files of tests run side by side, and may want the same clip.
  const part = `.${randomUUID()}.part`;
  const video = await open(path + part, 'w');
  const alphas = await open(alphaPath + part, 'w');
  await video.write(`YUV4MPEG2 W${width} H${height} F${FPS}:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n`);
  for (let index = 0; index < frames; index++) {
    const frame = images[index < drawn ? index : 2 * drawn - 2 - index];
    if (!frame) throw new RangeError(`No frame ${index}`);
    await video.write('FRAME\n');
    await video.write(frame.planes);
    await alphas.write(frame.alpha);
  }
  await video.close();
  await alphas.close();
  await rename(alphaPath + part, alphaPath);
  await rename(path + part, path);
}

function drawStripes(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = STRIPES[((i % width) >> 1) & 1] ?? STRIPES[0];
    pixels.set([r, g, b, 255], 4 * i);
  }
  return pixels;
}

/** Reads all frames of a clip. */
export async function readClip({
  width,
  height,
  frames,
  path,
  alphaPath,
}: Clip): Promise<readonly ClipFrame[]> {
  const [video, alphas] = await Promise.all([readFile(path), readFile(alphaPath)]);
  const luma = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const header = video.indexOf('\n') + 1;
  return Array.from({ length: frames }, (_, index) => {
    const start = header + index * ('FRAME\n'.length + luma + 2 * chroma) + 'FRAME\n'.length;
    return {
      y: video.subarray(start, start + luma),
      u: video.subarray(start + luma, start + luma + chroma),
      v: video.subarray(start + luma + chroma, start + luma + 2 * chroma),
      alpha: alphas.subarray(index * luma, (index + 1) * luma),
    };
  });
}
