import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBaseline } from './baseline.js';
import { COMMAND, runCommand } from './command.js';
import { findItems } from './items/find.js';
import { chooseRows, OURS } from './methods/registry.js';
import { judgeAll } from './pool.js';
import { groupResults } from './report/groups.js';
import { MOMENTS, WORST, writeSheet } from './report/sheet.js';
import { groupTable } from './report/tables.js';
import { verdicts, verdictTable } from './report/verdicts.js';
import { readSettings } from './settings.js';

// npm run bench:quality -- [--media DIR] [--only footage|stills|clips|presenter] [--rows NAME,...] [--out DIR]
//                          [--items NAME,...] [--alphas NAME=DIR ...] [--command] [--baseline COMMIT[=QUALITY]]
//                          [--dataset videomatte=DIR|p3m=DIR ...] [--within WIDTHxHEIGHT]         See docs/quality.md.
const COMMAND_ROW = 'elsewhere --stage matte';

const began = performance.now();
const settings = await readSettings();
const { media, rows: wanted, out, command, baseline } = settings;
if (!media && settings.datasets.length === 0)
  console.log('There is no folder with real media: only the presenter is measured.\n');
await mkdir(out, { recursive: true });
const items = await findItems(settings);
const commandFolder = join(out, 'command');
if (command) {
  await rm(commandFolder, { recursive: true, force: true });
  await runCommand(items, commandFolder, COMMAND);
}
const folders = {
  ...settings.folders,
  ...(command && { [COMMAND_ROW]: commandFolder }),
  ...(baseline && { [baseline.row]: await makeBaseline(baseline, items, join(out, 'baseline')) }),
};
const rows = chooseRows(wanted, { media, folders });

let done = 0;
const progress = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);
const results = await judgeAll(items, { media, folders, rows: wanted }, ({ source, name }) => {
  done++;
  progress(`${done}/${items.length} ${source}/${name}`);
});
progress('');

const groups = groupResults(results);
for (const group of groups) console.log(groupTable(group));
const named = (group: string) => rows.filter((row) => row.group === group).map(({ name }) => name);
const contest = {
  peers: named('peers'),
  raw: named('raw'),
  article: named('article'),
  baseline: baseline ? [baseline.row] : [],
};
for (const ours of [OURS, ...Object.keys(folders)]) {
  const found = verdicts(groups, { ...contest, ours });
  if (found.length > 0) console.log(`${verdictTable(found, ours)}\n`);
}

const records = results.map(({ worst: _, moments: __, ...record }) => record);
await writeFile(join(out, 'quality.json'), JSON.stringify(records));
const strips = results.map(({ worst }) => worst).filter((worst) => worst !== undefined);
if (strips.length > 0) await writeSheet(join(out, 'worst.png'), WORST, strips);
const moments = results.flatMap((result) => result.moments);
if (moments.length > 0) await writeSheet(join(out, 'moments.png'), MOMENTS, moments);
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s; figures and images in ${out}`);
