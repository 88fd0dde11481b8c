import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowsers, required } from '../../packages/web/test/browser/support/browsers.js';
import { markdown } from '../table.js';
import { measureColdStarts } from './cold.js';
import { ratioRowsOf } from './ratios.js';
import { budgetRowsOf, type MissingNetworkRow, missingNetworkRowsOf, rowsOf } from './report.js';
import { NETWORKS, ROWS, type Row } from './rows.js';
import { type Outcome, runRow, runWithoutNetwork, type Setup } from './run.js';
import { makeCamera, startServer } from './setup.js';

/**
 * npm run bench:peers -- [--rows ours,livekit,...] [--seconds N]: the live comparison with other libraries.
 * npm run bench:peers -- --cold N: the steps of N of our own cold starts instead.
 *
 * @param args - The arguments of the command line.
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      cold: { type: 'string' },
    },
  });
  const wanted = values.rows?.split(',');
  const rows = ROWS.filter(({ library }) => wanted?.includes(library) ?? true);
  const folder = await mkdtemp(join(tmpdir(), 'elsewhere-peers-'));
  try {
    await using server = await startServer(folder);
    const chromium = required(findBrowsers().chromium, 'Chromium');
    if (values.cold !== undefined) {
      console.log(markdown(await measureColdStarts(chromium, server, Number(values.cold))));
      return;
    }
    const setup: Setup = {
      chromium,
      server,
      cameras: { 720: await makeCamera(folder, 720), 1080: await makeCamera(folder, 1080) },
      seconds: Number(values.seconds),
    };
    await run(rows, setup);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(rows: readonly Row[], setup: Setup): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const outcome = await runRow(row, setup);
    outcomes.push(outcome);
    console.error(
      markdown(rowsOf([outcome]))
        .split('\n')
        .at(-1),
    );
  }
  const missingNetworks: MissingNetworkRow[] = [];
  for (const row of rows.filter(({ library, thorough }) => thorough && NETWORKS[library])) {
    if (missingNetworks.some((other) => other.row.library === row.library)) continue;
    missingNetworks.push({ row, result: await runWithoutNetwork(row, setup) });
  }
  await mkdir('out', { recursive: true });
  await writeFile('out/peers.json', JSON.stringify({ outcomes, missingNetworks }, undefined, 2));
  const tables = [
    rowsOf(outcomes),
    ratioRowsOf(outcomes),
    budgetRowsOf(outcomes, missingNetworks),
    missingNetworkRowsOf(missingNetworks),
  ];
  console.log(tables.map(markdown).join('\n\n'));
}
