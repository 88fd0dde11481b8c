import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { ClipItem, FootageItem, Item, PresenterItem, StillItem } from './item.js';
import type { Size } from './scale.js';
import { frameRate } from './video.js';

/** DAVIS clips are images without a frame rate; they play at 24. */
const IMAGES_FPS = 24;

/** Collections that were keyed from a coloured screen, so their soft alpha is exact. */
const KEYED = /^(keyed|motion)_/;

/** All stills with ground truth: `stills/SOURCE/image/NAME.*` with `stills/SOURCE/mask/NAME.png`. */
export async function findStills(media: string): Promise<readonly StillItem[]> {
  const items: StillItem[] = [];
  for (const source of await entries(join(media, 'stills'))) {
    const folder = join(media, 'stills', source);
    for (const file of await entries(join(folder, 'image'))) {
      const { name } = parse(file);
      items.push({
        kind: 'still',
        source,
        name,
        hasForeground: KEYED.test(source),
        image: join(folder, 'image', file),
        mask: join(folder, 'mask', `${name}.png`),
      });
    }
  }
  return items;
}

/** All clips with ground truth: `video_with_alpha/NAME` with `video.mp4` and `alpha.mkv`, or with `image/` and `mask/`. */
export async function findClips(media: string): Promise<readonly ClipItem[]> {
  const items: ClipItem[] = [];
  for (const name of await entries(join(media, 'video_with_alpha'))) {
    const folder = join(media, 'video_with_alpha', name);
    const files = await entries(folder);
    const common = { kind: 'clip', source: name, name, hasForeground: KEYED.test(name) } as const;
    if (files.includes('video.mp4')) {
      const video = join(folder, 'video.mp4');
      const alpha = join(folder, 'alpha.mkv');
      items.push({ ...common, video, alpha, fps: frameRate(video) });
    } else if (files.includes('image')) {
      const [video, alpha] = [await paths(join(folder, 'image')), await paths(join(folder, 'mask'))];
      items.push({ ...common, video, alpha, fps: IMAGES_FPS });
    }
  }
  return items;
}

/** All videos without ground truth: `videos/COLLECTION/NAME.*`. The longest come first. */
export async function findFootage(media: string): Promise<readonly FootageItem[]> {
  const items: (FootageItem & { readonly bytes: number })[] = [];
  for (const collection of await entries(join(media, 'videos'))) {
    for (const file of await entries(join(media, 'videos', collection))) {
      const video = join(media, 'videos', collection, file);
      const { name } = parse(file);
      const { size: bytes } = await stat(video);
      items.push({
        kind: 'footage',
        source: name,
        name,
        hasForeground: false,
        video,
        fps: frameRate(video),
        bytes,
      });
    }
  }
  return items.sort((a, b) => b.bytes - a.bytes);
}

const PRESENTER_FPS = 30;

/** Drawn clips, which are always available: a calm one, a waving one, one with a noisy camera, one at 720p. */
export const PRESENTER_ITEMS: readonly PresenterItem[] = (
  [
    ['calm', { seed: 1, waving: 'never' }],
    ['waving', { seed: 0, room: 'living', waving: 'always' }],
    ['noisy', { seed: 2, room: 'kitchen', camera: { noise: 4 } }],
    ['720p', { seed: 3, width: 1280, height: 720, waving: 'always', camera: { noise: 2 } }],
  ] as const
).map(([name, options]) => ({
  kind: 'presenter',
  source: 'presenter',
  name,
  hasForeground: true,
  options: { ...options, fps: PRESENTER_FPS },
  frames: 60,
  fps: PRESENTER_FPS,
}));

/** The kinds of items. */
export const KINDS = ['stills', 'clips', 'presenter', 'footage'] as const;

/** Frames per second of the clips of VideoMatte240K as composed for Robust Video Matting. */
const VIDEOMATTE_FPS = 30;

/** Public datasets: what is found in a copy of each. */
export const DATASETS = {
  /** Clips composed from VideoMatte240K, as for Robust Video Matting: `SET/CLIP/com` and `SET/CLIP/pha`. */
  async videomatte(folder: string): Promise<readonly ClipItem[]> {
    const items: ClipItem[] = [];
    for (const set of await entries(folder)) {
      for (const clip of await entries(join(folder, set))) {
        const video = await paths(join(folder, set, clip, 'com'));
        const alpha = await paths(join(folder, set, clip, 'pha'));
        const [source, name] = [`videomatte ${set}`, `${set}_${clip}`];
        if (video.length > 0 && video.length === alpha.length)
          items.push({ kind: 'clip', source, name, hasForeground: false, video, alpha, fps: VIDEOMATTE_FPS });
      }
    }
    return items;
  },
  /** P3M-10k: `SET/original_image` or `SET/blurred_image`, and `SET/mask`. */
  async p3m(folder: string): Promise<readonly StillItem[]> {
    const items: StillItem[] = [];
    for (const set of await entries(folder)) {
      for (const kind of ['original_image', 'blurred_image']) {
        for (const image of await paths(join(folder, set, kind))) {
          const { name } = parse(image);
          const mask = join(folder, set, 'mask', `${name}.png`);
          items.push({ kind: 'still', source: `p3m ${set}`, name, hasForeground: false, image, mask });
        }
      }
    }
    return items;
  },
} as const;

/** A dataset, and the folder with a copy of it. */
export type Dataset = readonly [name: keyof typeof DATASETS, folder: string];

/** What is judged. */
export interface Wanted {
  /** The folder with real media, if there is one. */
  readonly media: string | undefined;
  /** One kind, or all. */
  readonly only: (typeof KINDS)[number] | undefined;
  /** Names of items; empty for all. */
  readonly items: readonly string[];
  /** Public datasets; if there are any, only they are judged. */
  readonly datasets: readonly Dataset[];
  /** The largest size at which items are judged. */
  readonly within: Size;
}

/**
 * Finds the items.
 *
 * @throws RangeError if a dataset is not found in its folder.
 */
export async function findItems({ media, only, items, datasets, within }: Wanted): Promise<readonly Item[]> {
  const wants = (kind: (typeof KINDS)[number]) => only === undefined || only === kind;
  const found: Item[] = [];
  for (const [name, folder] of datasets) {
    const all = await DATASETS[name](folder);
    if (all.length === 0) throw new RangeError(`${folder} does not contain the dataset ${name}.`);
    found.push(...all);
  }
  if (datasets.length === 0) {
    if (media && wants('footage')) found.push(...(await findFootage(media)));
    if (media && wants('clips')) found.push(...(await findClips(media)));
    if (wants('presenter')) found.push(...PRESENTER_ITEMS);
    if (media && wants('stills')) found.push(...(await findStills(media)));
  }
  const chosen = found.filter(({ name }) => items.length === 0 || items.includes(name));
  return chosen.map((item) => ({ ...item, within }));
}

async function paths(folder: string): Promise<readonly string[]> {
  return (await entries(folder)).map((file) => join(folder, file));
}

async function entries(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
}
