import type { CDPSession, Frame, Page } from 'playwright-core';
import { expressionOf, resultOf, withTimeout } from '../../../../packages/web/test/browser/support/page.js';
import type { Form, FrameKind, MeetingLab } from '../pages/meeting.js';
import type { ExtendedChromium } from '../support/extension.js';
import type { Policy, Site } from '../support/site.js';
import type { Call, Fault } from './faults.js';

/** The ways to open a camera: see `open` in `pages/meeting.ts`. */
export const FORMS: readonly Form[] = [
  'getUserMedia',
  'kept reference',
  'called on the prototype',
  'wrapped by the page',
  'navigator.getUserMedia',
  'navigator.webkitGetUserMedia',
];

/** The kinds of frames: see `makeFrame` there. */
export const FRAMES: readonly FrameKind[] = [
  'page',
  'same origin',
  'about:blank',
  'srcdoc',
  'cross-origin',
  'window',
];

/** What a cell of the matrix came to. */
export interface Cell {
  readonly policy: Policy;
  readonly frame: FrameKind;
  readonly form: Form;
  readonly fault: string;
  readonly result: 'passed' | 'failed' | 'not possible';
  /** How many frames were looked at. */
  readonly frames: number;
  /** The largest share of a frame with the camera background's colours. */
  readonly worst: number;
  readonly note: string;
}

/** Calls of all forms in a frame of one kind, on a page with one policy, during which one thing breaks. */
export interface Row {
  readonly policy: Policy;
  readonly frame: FrameKind;
  readonly fault: Fault;
}

/** The share of a frame with the camera background's colours, at the person's edge: a frame as it came has 0.59. */
export const EDGE = 0.03;

/** Why a page cannot do something, for reasons of its own. */
function impossible({ policy, frame }: Row): string | undefined {
  if (policy === 'trusted-types' && frame === 'srcdoc') return 'the page itself may not set srcdoc';
  return undefined;
}

/**
 * Runs a row.
 *
 * @param browser - With the extension, which is on.
 * @param site - Its pages.
 * @param row - What to run.
 * @param forms - The cells.
 */
export async function runRow(
  browser: ExtendedChromium,
  site: Site,
  row: Row,
  forms: readonly Form[] = FORMS,
): Promise<readonly Cell[]> {
  const { policy, frame, fault } = row;
  const head = { policy, frame, fault: fault.name };
  const reason = impossible(row);
  if (reason) {
    return forms.map((form) => ({
      ...head,
      form,
      result: 'not possible',
      frames: 0,
      worst: 0,
      note: reason,
    }));
  }
  const page = await browser.chromium.context.newPage();
  try {
    await page.goto(`${site.origin}/${policy}`);
    const call = await openFrame(browser, page, site, row);
    const opened = await settle(forms, (form) =>
      run(call, (lab, { form, kind }) => lab.start(form, kind), { form, kind: insideOf(frame) }),
    );
    const person = await settle(opened, async (index) =>
      run(call, (lab, index) => lab.frames(index, 5, 'person'), await index),
    );
    await Promise.all(person.map((each) => each.catch(() => {})));
    const where = await whereIs(call, frame);
    await fault.inject(where);
    const after = await settle(person, async (before, i) => {
      await before;
      const index = (await opened[i]) ?? -1;
      await run(call, (lab, { index, kind }) => lab.frames(index, 5, kind), { index, kind: fault.shows });
      if (fault.recovers) await run(call, (lab, index) => lab.frames(index, 3, 'person'), index);
      return run(call, (lab, index) => lab.frames(index, 1), index);
    });
    const cells = await Promise.all(
      after.map(async (each, i): Promise<Cell> => {
        const form = forms[i] as Form;
        try {
          const { count, worst, ended } = await each;
          const isSafe = worst < EDGE && !ended;
          return {
            ...head,
            form,
            result: isSafe ? 'passed' : 'failed',
            frames: count,
            worst,
            note: ended ? 'ended' : '',
          };
        } catch (error) {
          const note = String(error).slice(0, 300);
          return { ...head, form, result: 'failed', frames: 0, worst: Number.NaN, note };
        }
      }),
    );
    await fault.repair?.(where);
    return cells;
  } finally {
    const pages = browser.chromium.context.pages();
    const openers = await Promise.all(pages.map((each) => each.opener()));
    for (const [i, each] of pages.entries()) if (each === page || openers[i] === page) await each.close();
  }
}

/** A call, and the way to run something where the meeting's script is. */
interface Meeting {
  readonly browser: ExtendedChromium;
  /** The tab. */
  readonly page: Page;
  /** Where the meeting's script is. */
  readonly frame: Frame;
  readonly session: CDPSession;
}

/** Starts something for each, all at the same time; a failure of one is not that of the others. */
async function settle<In, Out>(
  all: readonly In[],
  work: (each: In, index: number) => Promise<Out>,
): Promise<readonly Promise<Out>[]> {
  const started = all.map(work);
  await Promise.allSettled(started);
  return started;
}

/** Runs a function of the meeting in a frame. */
async function run<Result, Argument>(
  { session }: Meeting,
  body: (lab: MeetingLab, argument: Argument) => Result | Promise<Result>,
  argument: Argument,
): Promise<Result> {
  // Playwright takes a page for crashed when a frame of it has crashed, and runs nothing there any more.
  const evaluated = session.send('Runtime.evaluate', {
    expression: expressionOf(body, argument),
    awaitPromise: true,
    returnByValue: true,
    // Else pages open no windows.
    userGesture: true,
  });
  const { result, exceptionDetails } = await withTimeout(evaluated, 90_000, 'What runs in the page');
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return resultOf(result.value);
}

/** The meeting's script runs in the page, and makes frames from there; but a page cannot look into one of another origin. */
const insideOf = (kind: FrameKind): FrameKind => (kind === 'cross-origin' ? 'page' : kind);

async function openFrame(
  browser: ExtendedChromium,
  page: Page,
  site: Site,
  { policy, frame }: Row,
): Promise<Meeting> {
  const { context } = browser.chromium;
  if (frame !== 'cross-origin') {
    // One frame for all forms.
    return { browser, page, frame: page.mainFrame(), session: await context.newCDPSession(page) };
  }
  const address = `${site.otherOrigin}/${policy}`;
  await page.evaluate((src) => {
    const made = document.createElement('iframe');
    made.allow = 'camera';
    made.src = src;
    document.body.append(made);
  }, address);
  for (;;) {
    const found = page.frames().find((each) => each.url() === address);
    if (found && (await found.evaluate('Boolean(globalThis.lab)'))) {
      return { browser, page, frame: found, session: await context.newCDPSession(found) };
    }
    await page.waitForTimeout(20);
  }
}

/** The frames that have a hidden one: the one with the camera, and the one where the meeting's script is. */
async function whereIs({ browser, page, frame }: Meeting, kind: FrameKind): Promise<Call> {
  if (kind === 'page' || kind === 'cross-origin') return { browser, frames: [frame] };
  if (kind === 'window') {
    for (const each of browser.chromium.context.pages()) {
      if ((await each.opener()) === page) return { browser, frames: [each.mainFrame(), frame] };
    }
    throw new Error('No window');
  }
  const inner = frame.childFrames().find((each) => !each.url().startsWith('chrome-extension:'));
  if (!inner) throw new Error('No frame');
  return { browser, frames: [inner, frame] };
}
