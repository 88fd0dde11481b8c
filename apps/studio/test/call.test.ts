import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../packages/web/test/browser/support/chromium.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { decode, encode } from '../src/call/code.js';
import { describe as describeSide, introductionOf } from '../src/call/description.js';
import { colorAt, distance, type Picture, type Rgb, share } from './support/picture.js';
import { StudioPage, StudioServer } from './support/studio.js';

/** Two pages call each other, by nothing but what somebody could copy from one into the other. */
const GREEN: Rgb = [0, 177, 64];
const THEM = 'video[aria-label="Guest"]';

let server: StudioServer;
let chromium: Chromium;

beforeAll(async () => {
  // Four pages show and send it while browsers take half a minute to give up.
  const camera = await makeSlowClip(inject('folder'), 'striped', 5);
  server = await StudioServer.start();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium'), camera });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** The pages of one call. Nothing has gone wrong on them when it is disposed of. */
class Call implements AsyncDisposable {
  /** The one who invites. */
  readonly caller: StudioPage;
  readonly #opened: StudioPage[];

  private constructor(caller: StudioPage) {
    this.caller = caller;
    this.#opened = [caller];
  }

  /** Opens the caller's page, before green. */
  static async open(): Promise<Call> {
    const caller = await open();
    await caller.choose('Green screen');
    await caller.until(isGreen, 'green');
    await caller.page.getByRole('tab', { name: 'Call' }).click();
    return new Call(caller);
  }

  /** Opens the page of the one who is invited. */
  async openGuest(): Promise<StudioPage> {
    const guest = await this.openGuestAt('/');
    await guest.page.getByRole('tab', { name: 'Call' }).click();
    return guest;
  }

  /** Opens the page of the one who is invited, where a link leads to. */
  async openGuestAt(path: string): Promise<StudioPage> {
    const guest = await open(path);
    this.#opened.push(guest);
    return guest;
  }

  /** The link of an invitation of the caller's. */
  async invite(): Promise<string> {
    await button(this.caller, 'Make an invitation').click();
    return this.caller.page.getByLabel('Send them this link').inputValue();
  }

  /** The caller has got the code that answers. */
  async connect(code: string): Promise<void> {
    await this.caller.page.getByLabel('Paste the code that they send back').fill(code);
    await button(this.caller, 'Connect').click();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { page } of this.#opened) if (!page.isClosed()) await page.close();
    for (const { problems, strangers } of this.#opened) expect([problems, strangers]).toEqual([[], []]);
  }
}

/** A page that shows its output. */
async function open(path?: string): Promise<StudioPage> {
  const studio = await StudioPage.open(chromium.context, server.origin, path);
  await studio.untilLive();
  return studio;
}

const button = ({ page }: StudioPage, name: string) => page.getByRole('button', { name, exact: true });

/** Answers an invitation: the code that the caller has to paste for the call to begin. */
async function answer(guest: StudioPage, link: string): Promise<string> {
  await guest.page.getByLabel('Paste their link here').fill(link);
  await button(guest, 'Answer').click();
  return guest.page.getByLabel('Send them this code').inputValue();
}

/** Browsers try for a while before they give up. */
const GIVING_UP = { timeout: 90_000 };

/** Whether the background is green, and nothing of the camera background shows. */
function isGreen(picture: Picture): boolean {
  const isThere = distance(colorAt(picture, 0.05, 0.1), GREEN) < 24;
  return isThere && share(picture, [255, 0, 255], 40) < 0.03;
}

it('what is pasted must be what was asked for', async () => {
  await using call = await Call.open();
  const { caller } = call;
  const { page } = caller;
  await page.getByLabel('Paste their link here').fill('hello');
  await button(caller, 'Answer').click();
  await page.getByRole('alert').filter({ hasText: 'This is no invitation' }).waitFor();
  await call.connect(await call.invite());
  await page.getByRole('alert').filter({ hasText: 'not the code that answers' }).waitFor();
});

it('an invitation is opened, answered and accepted; each sees and hears the other until one hangs up', async () => {
  await using call = await Call.open();
  const { caller } = call;
  const link = await call.invite();
  const guest = await call.openGuestAt(new URL(link).hash.replace('#', '/#'));
  await button(guest, 'Answer').click();
  const code = await guest.page.getByLabel('Send them this code').inputValue();
  expect(guest.page.url()).not.toContain('#call');
  await call.connect(code);
  for (const side of [caller, guest]) {
    await side.page.bringToFront();
    const { width } = await side.until(isGreen, 'the other one before green', THEM);
    expect(width).toBeGreaterThan(0);
    await side.until(isGreen, 'oneself before green', 'video[aria-label="You, as they see you"]');
  }

  await expect.poll(() => loudness(guest)).toBeGreaterThan(0.01);
  await button(caller, 'Mute yourself').click();
  await guest.page.getByText('They are muted').waitFor();
  await expect.poll(() => loudness(guest)).toBeLessThan(0.001);

  await button(caller, 'Turn your picture off').click();
  await guest.page.getByText('Their camera is off.').waitFor();
  await button(caller, 'Turn your picture on').click();
  await guest.page.getByText('Their camera is off.').waitFor({ state: 'detached' });
  await guest.until(isGreen, 'the other one again', THEM);

  await button(guest, 'Hang up').click();
  await button(guest, 'Make an invitation').waitFor();
  await caller.page.getByText('They have hung up').waitFor();
  await button(caller, 'Make a new invitation').click();
  const again = await caller.page.getByLabel('Send them this link').inputValue();
  await guest.page.getByLabel('Paste their link here').fill(`Here you are: ${again}`);
  await button(guest, 'Answer').click();
  await button(caller, 'Cancel').click();
  await button(caller, 'Make an invitation').waitFor();
});

it('a partner who closes the page has hung up, and can be called again', async () => {
  await using call = await Call.open();
  const { caller } = call;
  const guest = await call.openGuest();
  await call.connect(await answer(guest, await call.invite()));
  await caller.until(isGreen, 'the other one', THEM);
  await guest.page.close();
  await caller.page.getByText('They have hung up').waitFor();
  expect([guest.problems, guest.strangers]).toEqual([[], []]);

  const again = await call.openGuest();
  await button(caller, 'Close').click();
  await call.connect(await answer(again, await call.invite()));
  await caller.until(isGreen, 'the other one again', THEM);
});

it('somebody who has connected without the answer sees and hears nothing', async () => {
  await using call = await Call.open();
  const { page: stranger } = call.caller;
  const sdp = await stranger.evaluate(async () => {
    const connection = new RTCPeerConnection();
    for (const kind of ['audio', 'video']) connection.addTransceiver(kind);
    const channel = connection.createDataChannel('presence', { negotiated: true, id: 0 });
    globalThis.stranger = { connection, channel };
    await connection.setLocalDescription();
    while (connection.iceGatheringState !== 'complete')
      await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve));
    return connection.localDescription?.sdp ?? '';
  });
  const guest = await call.openGuest();
  const invitation = introductionOf(sdp);
  const answered = decode(await answer(guest, encode('offer', invitation)), 'answer');
  if (!answered) throw new Error('There is no answer.');
  // Connects as somebody could who has not got the answer, but never says what is in it.
  await stranger.evaluate(
    async (remote) => {
      const { connection, channel } = globalThis.stranger ?? {};
      await connection?.setRemoteDescription(remote);
      if (channel?.readyState !== 'open')
        await new Promise((resolve) => channel?.addEventListener('open', resolve));
      channel?.send(JSON.stringify({ password: 'guessed' }));
    },
    describeSide('answer', answered, invitation.numbers),
  );
  const received = () =>
    stranger.evaluate(async () => {
      const reports = [...((await globalThis.stranger?.connection.getStats())?.values() ?? [])];
      return reports.reduce((sum, { type, bytesReceived }) => {
        return type === 'inbound-rtp' ? sum + bytesReceived : sum;
      }, 0);
    });
  // It is connected: what would be sent could arrive.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await received()).toBe(0);
  await guest.page.getByLabel('Send them this code').waitFor();
  await stranger.evaluate((password) => {
    globalThis.stranger?.channel.send(JSON.stringify({ password }));
  }, answered.password);
  await button(guest, 'Hang up').waitFor();
  await expect.poll(received).toBeGreaterThan(0);
});

// Browsers take half a minute to give up: these wait at the same time.
describe.concurrent('a connection that does not come about, or breaks', () => {
  it('an answer that leads nowhere is given up, with what can be done', async () => {
    await using call = await Call.open();
    const { caller } = call;
    const guest = await call.openGuest();
    const code = await answer(guest, await call.invite());
    // The guest has gone: the code leads nowhere.
    await button(guest, 'Cancel').click();
    await call.connect(code);
    await caller.page.getByText('Connecting …').waitFor();
    await caller.page.getByText('You cannot reach each other').waitFor(GIVING_UP);
    await button(caller, 'Cancel').waitFor({ state: 'detached' });
  });

  it('a partner who is gone without a word is noticed', async () => {
    await using call = await Call.open();
    const { caller } = call;
    const guest = await call.openGuest();
    await call.connect(await answer(guest, await call.invite()));
    await caller.until(isGreen, 'the other one', THEM);
    // As where a machine is switched off: nothing more is sent, not even an end.
    const session = await chromium.context.newCDPSession(guest.page);
    session.send('Page.crash').catch(() => undefined);
    await caller.page.getByText('The connection was lost').waitFor(GIVING_UP);
    await button(caller, 'Make a new invitation').waitFor();
  });
});

/** The loudest received sample within a second and a half; the fake microphone beeps once a second. */
function loudness({ page }: StudioPage): Promise<number> {
  return page.evaluate(async (selector) => {
    const stream = document.querySelector<HTMLVideoElement>(selector)?.srcObject;
    if (!(stream instanceof MediaStream)) throw new Error('Nothing is received.');
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
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
}

declare global {
  /** The connection of somebody who is no studio. */
  var stranger: { readonly connection: RTCPeerConnection; readonly channel: RTCDataChannel } | undefined;
}
