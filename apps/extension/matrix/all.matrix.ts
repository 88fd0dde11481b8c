import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { FAULTS } from '../test/matrix/faults.js';
import { type Cell, FORMS, FRAMES, type Row, runRow } from '../test/matrix/row.js';
import { ExtendedChromium } from '../test/support/extension.js';
import { POLICIES, type Policy, Site } from '../test/support/site.js';
import { tableOf } from './table.js';

/** Policies x frames x forms of getUserMedia x faults: each cell is run, and none is left out of the table. */

const OUT = fileURLToPath(new URL('../../../out/extension-matrix', import.meta.url));

const rows: readonly Row[] = FAULTS.flatMap((fault) =>
  (Object.keys(POLICIES) as Policy[]).flatMap((policy) => FRAMES.map((frame) => ({ policy, frame, fault }))),
);

const cells: Cell[] = [];
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
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, 'cells.json'), JSON.stringify(cells, undefined, 1));
  writeFileSync(join(OUT, 'matrix.md'), tableOf(cells));
});

it.each(rows)('$policy, $frame, $fault.name', async (row) => {
  browser ??= await launch();
  try {
    const done = await runRow(browser, site, row);
    cells.push(...done);
    expect(done.filter(({ result }) => result === 'failed')).toEqual([]);
  } catch (error) {
    if (
      !cells.some(
        (cell) => cell.policy === row.policy && cell.frame === row.frame && cell.fault === row.fault.name,
      )
    ) {
      const head = { policy: row.policy, frame: row.frame, fault: row.fault.name };
      const note = String(error).slice(0, 300);
      cells.push(
        ...FORMS.map(
          (form): Cell => ({ ...head, form, result: 'failed', frames: 0, worst: Number.NaN, note }),
        ),
      );
    }
    // The next row begins with a whole browser.
    await browser[Symbol.asyncDispose]();
    browser = undefined;
    throw error;
  }
});
