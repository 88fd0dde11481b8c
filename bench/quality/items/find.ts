import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { ClipItem, Item, PresenterItem, StillItem } from './item.js';
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
      const paths = async (kind: string) =>
        (await entries(join(folder, kind))).map((file) => join(folder, kind, file));
      items.push({ ...common, video: await paths('image'), alpha: await paths('mask'), fps: IMAGES_FPS });
    }
  }
  return items;
}

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
  options,
  frames: 60,
}));

/** The kinds of items. */
export const KINDS = ['stills', 'clips', 'presenter'] as const;

/**
 * Finds the items.
 *
 * @param media - The folder with real media, if there is one.
 * @param only - One kind, or all.
 */
export async function findItems(
  media: string | undefined,
  only?: (typeof KINDS)[number],
): Promise<readonly Item[]> {
  const wants = (kind: (typeof KINDS)[number]) => only === undefined || only === kind;
  return [
    ...(media && wants('clips') ? await findClips(media) : []),
    ...(wants('presenter') ? PRESENTER_ITEMS : []),
    ...(media && wants('stills') ? await findStills(media) : []),
  ];
}

async function entries(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
}
