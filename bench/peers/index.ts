import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowsers, required } from '../../packages/web/test/browser/support/browsers.js';
import { markdown } from '../table.js';
import { type BereftRow, bereftRowsOf, budgetRowsOf, rowsOf } from './report.js';
import { NETWORKS, ROWS, type Row } from './rows.js';
import { type Outcome, runBereft, runRow, type Setting } from './run.js';
import { makeCamera, startStage } from './stage.js';

/**
 * npm run bench:peers -- [--rows ours,livekit,...] [--seconds N]: the live comparison with other libraries.
 *
 * @param args - Of the command line.
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rows: { type: 'string' }, seconds: { type: 'string', default: '20' } },
  });
  const wanted = values.rows?.split(',');
  const rows = ROWS.filter(({ library }) => wanted?.includes(library) ?? true);
  const folder = await mkdtemp(join(tmpdir(), 'elsewhere-peers-'));
  try {
    await using server = await startStage(folder);
    const setting: Setting = {
      chromium: required(findBrowsers().chromium, 'Chromium'),
      server,
      cameras: { 720: await makeCamera(folder, 720), 1080: await makeCamera(folder, 1080) },
      seconds: Number(values.seconds),
    };
    await run(rows, setting);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(rows: readonly Row[], setting: Setting): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const outcome = await runRow(row, setting);
    outcomes.push(outcome);
    console.error(
      markdown(rowsOf([outcome]))
        .split('\n')
        .at(-1),
    );
  }
  const bereft: BereftRow[] = [];
  for (const row of rows.filter(({ library, thorough }) => thorough && NETWORKS[library])) {
    if (bereft.some((other) => other.row.library === row.library)) continue;
    bereft.push({ row, bereft: await runBereft(row, setting) });
  }
  await mkdir('out', { recursive: true });
  await writeFile('out/peers.json', JSON.stringify({ outcomes, bereft }, undefined, 2));
  const tables = [rowsOf(outcomes), budgetRowsOf(outcomes, bereft), bereftRowsOf(bereft)];
  console.log(tables.map(markdown).join('\n\n'));
}
