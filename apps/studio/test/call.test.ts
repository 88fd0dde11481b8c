import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../packages/web/test/browser/support/chromium.js';
import { makeClip } from '../../../packages/web/test/browser/support/clips.js';
import { colorAt, distance, type Picture, type Rgb, share } from './support/picture.js';
import { StudioPage, StudioServer } from './support/studio.js';

/** Two pages call each other, by nothing but what somebody could copy from one into the other. */
const GREEN: Rgb = [0, 177, 64];
const THEM = 'video[aria-label="Guest"]';

let server: StudioServer;
let chromium: Chromium;
let caller: StudioPage;
let called: StudioPage;

beforeAll(async () => {
  const { path: camera } = await makeClip(inject('folder'), 'striped');
  server = await StudioServer.start();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium'), camera });
  caller = await StudioPage.open(chromium.context, server.origin);
  await caller.untilLive();
  await caller.choose('Green screen');
  await caller.until(isGreen, 'green');
});
afterAll(async () => {
  expect([caller?.problems, called?.problems]).toEqual([[], []]);
  expect([caller?.strangers, called?.strangers]).toEqual([[], []]);
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const button = ({ page }: StudioPage, name: string) => page.getByRole('button', { name, exact: true });

/** An invitation of the caller's, answered: what is to be pasted for the call to begin. */
async function answered(): Promise<string> {
  await button(caller, 'Make an invitation').click();
  const link = await caller.page.getByLabel('Send them this link').inputValue();
  await called.page.getByLabel('Paste their link here').fill(link);
  await button(called, 'Answer').click();
  return called.page.getByLabel('Send them this code').inputValue();
}

/** The caller has got the code. */
async function connect(code: string): Promise<void> {
  await caller.page.getByLabel('Paste the code that they send back').fill(code);
  await button(caller, 'Connect').click();
}

/** Browsers try for a while before they give up. */
const GIVING_UP = { timeout: 90_000 };

/** Whether it is green where nobody is, and nothing of the room is to be seen. */
function isGreen(picture: Picture): boolean {
  const isThere = distance(colorAt(picture, 0.05, 0.1), GREEN) < 24;
  return isThere && share(picture, [255, 0, 255], 40) < 0.03;
}

it('what is pasted must be what was asked for', async () => {
  const { page } = caller;
  await page.getByRole('tab', { name: 'Call' }).click();
  await page.getByLabel('Paste their link here').fill('hello');
  await button(caller, 'Answer').click();
  await page.getByRole('alert').filter({ hasText: 'This is no invitation' }).waitFor();
});

it('an invitation is opened, answered and accepted; each sees the other in the chosen place', async () => {
  await button(caller, 'Make an invitation').click();
  const link = await caller.page.getByLabel('Send them this link').inputValue();
  const pasted = caller.page.getByLabel('Paste the code that they send back');
  await pasted.fill(link);
  await button(caller, 'Connect').click();
  await caller.page.getByRole('alert').filter({ hasText: 'not the code that answers' }).waitFor();

  called = await StudioPage.open(chromium.context, server.origin, new URL(link).hash.replace('#', '/#'));
  await called.untilLive();
  await button(called, 'Answer').click();
  const code = await called.page.getByLabel('Send them this code').inputValue();
  expect(called.page.url()).not.toContain('#call');

  await pasted.fill(code);
  await button(caller, 'Connect').click();
  for (const side of [caller, called]) {
    await side.page.bringToFront();
    const { width } = await side.until(isGreen, 'the other one before green', THEM);
    expect(width).toBeGreaterThan(0);
    await side.until(isGreen, 'oneself before green', 'video[aria-label="You, as they see you"]');
  }
});

it('each hears the other, until they are muted; and sees no picture where there is none', async () => {
  const loudness = ({ page }: StudioPage) =>
    page.evaluate(async (selector) => {
      const stream = document.querySelector<HTMLVideoElement>(selector)?.srcObject;
      if (!(stream instanceof MediaStream)) throw new Error('Nothing is received.');
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const samples = new Float32Array(analyser.fftSize);
      let loudest = 0;
      for (let look = 0; look < 60; look++) {
        analyser.getFloatTimeDomainData(samples);
        loudest = Math.max(loudest, ...samples.map(Math.abs));
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      await context.close();
      return loudest;
    }, THEM);
  expect(await loudness(called)).toBeGreaterThan(0.01);
  await button(caller, 'Mute yourself').click();
  await called.page.getByText('They are muted').waitFor();
  expect(await loudness(called)).toBeLessThan(0.001);

  await button(caller, 'Turn your picture off').click();
  await called.page.getByText('Their camera is off.').waitFor();
  await button(caller, 'Turn your picture on').click();
  await called.page.getByText('Their camera is off.').waitFor({ state: 'detached' });
  await called.until(isGreen, 'the other one again', THEM);
});

it('who hangs up is free again, and the other one is told', async () => {
  await button(called, 'Hang up').click();
  await button(called, 'Make an invitation').waitFor();
  await caller.page.getByText('They have hung up').waitFor();
  await button(caller, 'Make a new invitation').click();
  const again = await caller.page.getByLabel('Send them this link').inputValue();
  await called.page.getByLabel('Paste their link here').fill(`Here you are: ${again}`);
  await button(called, 'Answer').click();
  await button(caller, 'Cancel').click();
  await button(caller, 'Make an invitation').waitFor();
});

it('an answer that leads nowhere is given up, with what can be done', async () => {
  await button(called, 'Cancel').click();
  const code = await answered();
  // Nobody is there any more where the code leads to.
  await button(called, 'Cancel').click();
  await connect(code);
  await caller.page.getByText('Connecting …').waitFor();
  await caller.page.getByText('You cannot reach each other').waitFor(GIVING_UP);
  await button(caller, 'Cancel').waitFor({ state: 'detached' });
});

it('a partner who closes the page has hung up, and can be called again', async () => {
  await button(caller, 'Close').click();
  await connect(await answered());
  await caller.until(isGreen, 'the other one', THEM);
  await called.page.close();
  await caller.page.getByText('They have hung up').waitFor();

  called = await StudioPage.open(chromium.context, server.origin);
  await called.untilLive();
  await called.page.getByRole('tab', { name: 'Call' }).click();
  await button(caller, 'Close').click();
  await connect(await answered());
  await caller.until(isGreen, 'the other one again', THEM);
});

it('a partner who is gone without a word is noticed', async () => {
  // As where a machine is switched off: nothing more is sent, not even an end.
  const session = await chromium.context.newCDPSession(called.page);
  session.send('Page.crash').catch(() => undefined);
  await caller.page.getByText('The connection was lost').waitFor(GIVING_UP);
  await button(caller, 'Make a new invitation').waitFor();
});
