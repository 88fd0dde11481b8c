import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { tableOf } from '../matrix/table.js';
import { FAULTS } from './matrix/faults.js';
import { FORMS, FRAMES, runRow } from './matrix/row.js';
import { ExtendedChromium } from './support/extension.js';
import { Site } from './support/site.js';

let site: Site;
let browser: ExtendedChromium;
beforeAll(async () => {
  site = await Site.start(join(inject('folder'), 'meeting'));
  const camera = await makeSlowClip(inject('folder'), 'striped');
  browser = await ExtendedChromium.launch(required(inject('browsers').chromium, 'Chromium'), camera);
  await browser.set({
    sites: [site.origin, site.otherOrigin],
    background: { kind: 'color', color: '#00b140' },
  });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});
/** One row for each policy and each kind of frame, with two forms each; `npm run extension:matrix` runs all. */
const ROWS = [
  { fault: 'none', policy: 'isolated', frame: 'cross-origin', forms: [0, 1] },
  { fault: 'engine worker ends', policy: 'trusted-types', frame: 'about:blank', forms: [2, 3] },
  { fault: 'page removes each hidden frame', policy: 'strict', frame: 'srcdoc', forms: [4, 5] },
  { fault: 'planes worker hangs', policy: 'isolated', frame: 'same origin', forms: [0, 5] },
  { fault: 'process of the extension crashes', policy: 'none', frame: 'window', forms: [1, 4] },
  { fault: 'extension is disabled, then the engine ends', policy: 'strict', frame: 'page', forms: [2, 3] },
] as const;

it.each(ROWS)(
  '$policy, $frame, $fault: never the camera background',
  async ({ fault: name, forms, ...row }) => {
    const fault = FAULTS.find((each) => each.name === name);
    if (!fault) throw new RangeError(name);
    const cells = await runRow(
      browser,
      site,
      { ...row, fault },
      FORMS.filter((_, index) => forms.some((each) => each === index)),
    );
    expect(cells.map(({ result, note }) => `${result} ${note}`)).toEqual(['passed ', 'passed ']);
  },
);

it('the table has each cell once', () => {
  const cells = FRAMES.flatMap((frame) =>
    FORMS.map((form, i) => ({
      policy: 'strict' as const,
      frame,
      form,
      fault: 'none',
      result: (['passed', 'failed', 'not possible'] as const)[i % 3] ?? 'failed',
      frames: 10,
      worst: 0.01,
      note: '',
    })),
  );
  const table = tableOf(cells);
  expect(table).toContain('36 cells: 12 passed, 12 failed, 12 not possible (–).');
  expect(table).toContain(`| strict | none | ${FRAMES.map(() => '✓✗–✓✗–').join(' | ')} |`);
});
