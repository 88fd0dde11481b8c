import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { convert } from '@elsewhere/node';
import type { Random } from '../../packages/engine/test/network/support/random-model.js';
import { makeVideo, pictures, type VideoRecipe } from '../../packages/node/test/media/make.js';
import { assertOnly, assertPlain, Fault, outcomeOf, USED } from './check.js';
import type { Case } from './kind.js';
import { mutate } from './mutate.js';
import { writeNobody } from './nobody.js';

const PICTURE = 'testsrc2=size=160x96:rate=25:duration=0.4';
const SOUND = 'sine=frequency=440:duration=0.4';
const WEBM = { encoder: 'libvpx-vp9', options: { deadline: 'realtime' } };
const MPEG2 = { encoder: 'mpeg2video' };

/** Small recordings in every container that is written here, with streams of every sort beside the picture. */
const SAMPLES: Readonly<Record<string, VideoRecipe>> = {
  'talk.mp4': { audio: [{ source: SOUND }], metadata: { title: 'Talk' } },
  'phone.mov': { audio: [{ source: SOUND }], matrix: [0, 65536, 0, -65536, 0, 0, 0, 0, 1073741824] },
  'hevc.mp4': { encoder: 'libx265' },
  'all.mkv': {
    audio: [{ source: SOUND }, { source: SOUND, encoder: 'libopus' }],
    subtitles: [{ start: 0, end: 0.2, text: 'Hello' }],
    chapters: [{ start: 0, end: 0.4, title: 'One' }],
    cover: true,
  },
  'web.webm': { ...WEBM, audio: [{ source: SOUND, encoder: 'libopus' }] },
  'old.avi': { encoder: 'mpeg4', audio: [{ source: SOUND, encoder: 'libmp3lame' }] },
  'stream.ts': { audio: [{ source: SOUND }], delay: 1.4 },
  'disc.mpg': { ...MPEG2, audio: [{ source: SOUND, encoder: 'mp2' }] },
  'flash.flv': { encoder: 'flv1', audio: [{ source: SOUND, encoder: 'libmp3lame' }] },
  'windows.asf': { encoder: 'wmv2', audio: [{ source: SOUND, encoder: 'libmp3lame' }] },
  'mobile.3gp': { encoder: 'mpeg4', audio: [{ source: SOUND }] },
  'lossless.nut': { encoder: 'ffv1' },
  'raw.y4m': { encoder: 'wrapped_avframe' },
  'moving.gif': { encoder: 'gif' },
};

/** Makes the recordings once. Those whose encoder this FFmpeg lacks are left out. */
function samples(folder: string): readonly string[] {
  if (!existsSync(folder)) {
    mkdirSync(folder);
    for (const [name, recipe] of Object.entries(SAMPLES)) {
      try {
        makeVideo(join(folder, name), { picture: PICTURE, ...recipe });
      } catch {
        // Nothing of it is used.
      }
    }
  }
  return readdirSync(folder).map((name) => join(folder, name));
}

/** How much of a plain picture lossy encoders change. */
const TOLERANCE = 8;

/** A damaged recording before a plain background, with a network that finds nobody. */
export const media: Case = async (random, { shared, folder }) => {
  const paths = samples(join(shared, 'media'));
  const [first = '', ...rest] = paths.filter((path) => readFileSync(path).length > 0);
  const path = random.pick(first, ...rest);
  const other = readFileSync(random.pick(first, ...rest));
  const input = join(folder, `damaged${nameOf(random, path)}`);
  writeFileSync(input, mutate(random, readFileSync(path), [other]));
  const results = join(folder, 'results');
  mkdirSync(results);
  const name = `result${random.pick('.mp4', '.mkv', '.webm', '.mov', '.avi')}`;
  const output = join(results, name);
  const outcome = await outcomeOf(async () => {
    await convert(input, output, {
      model: writeNobody(folder),
      background: { type: 'color', color: '#00b140' },
      backend: 'cpu',
      ...(extname(name) === '.webm' ? {} : { preset: 'ultrafast' }),
    });
  });
  // Each of these containers holds every video: what it cannot hold beside it is converted or left out.
  if (outcome.startsWith('OUTPUT_')) throw new Fault(`${outcome} for ${name}`);
  assertOnly(results, outcome === USED ? [name] : []);
  if (outcome === USED) {
    for (const { luma, format } of pictures(output)) {
      if (format.startsWith('yuv') && !format.includes('10')) assertPlain(luma, TOLERANCE);
    }
  }
  return outcome;
};

/** Mostly its own extension: files are judged by their bytes, whatever they are called. */
function nameOf(random: Random, path: string): string {
  return random.fraction() < 0.8 ? extname(path) : random.pick('.mp4', '.txt', '', '.mkv', '.png');
}
