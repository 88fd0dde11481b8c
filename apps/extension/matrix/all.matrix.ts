import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { FAULTS } from '../test/matrix/faults.js';
import { type Cell, FORMS, FRAMES, type Row, runRow } from '../test/matrix/row.js';
import { ExtendedChromium } from '../test/support/extension.js';
import { POLICIES, type Policy, Site } from '../test/support/site.js';
import { Results } from './results.js';

/** Policies x frames x forms of getUserMedia x faults: each cell is run, and none is left out of the table. */

const results = new Results(process.env['MATRIX_AGAIN'] === 'yes');
const end = Date.now() + 60_000 * Number(process.env['MATRIX_MINUTES'] || Number.POSITIVE_INFINITY);

const rows: readonly Row[] = FAULTS.flatMap((fault) =>
  (Object.keys(POLICIES) as Policy[]).flatMap((policy) => FRAMES.map((frame) => ({ policy, frame, fault }))),
);

let site: Site;
let browser: ExtendedChromium | undefined;

async function launch(): Promise<ExtendedChromium> {
  const camera = await makeSlowClip(inject('folder'), 'striped');
  const launched = await ExtendedChromium.launch(required(inject('browsers').chromium, 'Chromium'), camera);
  await launched.set({
    sites: [site.origin, site.otherOrigin],
    background: { kind: 'color', color: '#00b140' },
  });
  return launched;
}

beforeAll(async () => {
  site = await Site.start(join(inject('folder'), 'matrix'));
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

it.for(rows)('$policy, $frame, $fault.name', async (row, { skip }) => {
  const head = { policy: row.policy, frame: row.frame, fault: row.fault.name };
  skip(results.has(head), 'run already');
  skip(Date.now() > end, 'out of time');
  let cells: readonly Cell[];
  try {
    browser ??= await launch();
    cells = await runRow(browser, site, row);
  } catch (error) {
    const note = String(error).slice(0, 300);
    cells = FORMS.map(
      (form): Cell => ({ ...head, form, result: 'failed', frames: 0, worst: Number.NaN, note }),
    );
  }
  results.add(cells);
  const failed = cells.filter(({ result }) => result === 'failed');
  if (failed.length > 0) {
    // The next row begins with a whole browser.
    await browser?.[Symbol.asyncDispose]();
    browser = undefined;
  }
  expect(failed).toEqual([]);
});
