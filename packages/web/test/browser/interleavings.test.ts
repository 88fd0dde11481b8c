import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import type { Call, Face, Interleaving, Step } from './pages/interleave.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { LabPage, makeKeyedAssets, startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/**
 * No setting older than the last call is shown: calls come at random times, whatever the engine's worker waits for takes a random
 * time, and every frame that comes out is looked at. Set `SEED` to repeat a run.
 */
const SEED = Number(process.env['SEED'] ?? 15);

/** How many plans are carried out by each face. */
const PLANS = { class: 5, element: 4 } as const;

/** So many frames after a call may have been on their way before it: messages and frames take different routes. */
const ON_THE_WAY = 3;

let server: TestServer;
let chromium: Chromium;
let seed = SEED;
const shared = new LabPage(() => chromium.open<Lab>(server.origin));

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped-tiny');
  const delays = fileURLToPath(new URL('pages/delays.ts', import.meta.url));
  server = await startLab({
    folders: { '/assets/': await makeKeyedAssets('delayed', { 'worker.js': [delays] }) },
    pages: { '/seed': () => String(seed++) },
  });
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await shared.close();
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
afterEach(({ task }) => shared.release(task.result?.state === 'fail'));

const call = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Step['call']>('color', 'none', 'image', 'missing', 'drawn') },
  { weight: 3, arbitrary: fc.constantFrom<Step['call']>('options', 'process') },
);
const step = fc.record({ call, after: fc.integer({ min: 0, max: 4 }) });
const plan = fc
  .tuple(fc.array(step, { minLength: 6, maxLength: 9 }), fc.boolean())
  .map(([steps, ends]): Step[] => [
    { after: 0, call: 'process' },
    ...steps,
    ...(ends ? [{ after: 3, call: 'dispose' } as const] : []),
  ]);

/** What the frames say against the rules. */
function violations({ calls, tracks, disposed }: Interleaving): string[] {
  const found: string[] = [];
  const asked = calls.filter(({ background }) => background !== undefined);
  for (const [index, track] of tracks.entries()) {
    // Whether a call was made before the last few frames.
    const isSettled = (frame: number, { at }: Call) => at < (track.frames[frame - ON_THE_WAY]?.sent ?? 0);
    for (const [frame, { sent, shows, width }] of track.frames.entries()) {
      const says = (text: string) => found.push(`track ${index}, frame ${frame}: ${text}`);
      const number = asked.findLastIndex(({ background }) => background === shows);
      const completed = asked.findLastIndex((each) => (each.completed ?? Number.POSITIVE_INFINITY) < sent);
      if (shows !== 'placeholder' && number < completed)
        says(`shows ${shows}, older than a call that is complete`);
      const last = asked.findLast((each) => each.at < sent);
      const isAsked = asked.some(
        (each, i) =>
          each.background === 'camera' && (each === last || !isSettled(frame, asked[i + 1] ?? each)),
      );
      if (shows === 'camera' && !isAsked) says('shows the camera, and none was not asked for last');
      if (shows !== 'placeholder') {
        const newer = asked.slice(number + 1).filter((each) => each.at < track.at && !each.failed);
        const isShown = newer.every((each) =>
          asked.some((later) => later.at > each.at && later.at < track.at && later === asked[number]),
        );
        if (newer.length > 0 && !isShown)
          says(`shows ${shows}, older than what was asked for before the track was given out`);
      }
      const wanted = calls.findLast((each) => each.width !== undefined && isSettled(frame, each))?.width;
      if (wanted !== undefined && width > wanted) says(`is ${width} wide, not ${wanted}`);
      if (disposed !== undefined && sent > disposed) says('comes after dispose()');
    }
  }
  return found;
}

it.each<Face>(['class', 'element'])('no frame shows a setting older than the last call: %s', async (face) => {
  const plans = fc.sample(plan, { numRuns: PLANS[face], seed: SEED });
  let frames = 0;
  for (const [index, steps] of plans.entries()) {
    const page = await shared.get();
    const result = await page.run((lab, { face, steps }) => lab.interleave(face, steps), { face, steps });
    expect(violations(result), `seed ${SEED}, plan ${index}: ${JSON.stringify(steps)}`).toEqual([]);
    frames += result.tracks.reduce((sum, track) => sum + track.frames.length, 0);
  }
  expect(frames, 'frames that were looked at').toBeGreaterThan(3 * plans.length);
});
