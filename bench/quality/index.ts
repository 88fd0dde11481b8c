import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { findItems } from './items/find.js';
import { chooseRows, OURS } from './methods/registry.js';
import { judgeAll } from './pool.js';
import { groupResults } from './report/groups.js';
import { writeSheet } from './report/sheet.js';
import { groupTable } from './report/tables.js';
import { verdicts, verdictTable } from './report/verdicts.js';
import { readSettings } from './settings.js';

// npm run bench:quality -- [--media DIR] [--only stills|clips|presenter] [--rows NAME,...] [--out DIR]
//                          [--alphas NAME=DIR ...] [--command]            See docs/quality.md.
const COMMAND_ROW = 'elsewhere --stage matte';

const began = performance.now();
const { media, only, rows: wanted, out, command, ...settings } = await readSettings();
if (!media) console.log('There is no folder with real media: only the presenter is measured.\n');
await mkdir(out, { recursive: true });
const items = await findItems(media, only);
const commandFolder = join(out, 'command');
if (command) await runCommand(items, commandFolder);
const folders = { ...settings.folders, ...(command && { [COMMAND_ROW]: commandFolder }) };
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
const contest = { peers: named('peers'), raw: named('raw'), article: named('article') };
for (const ours of [OURS, ...Object.keys(folders)]) {
  const found = verdicts(groups, { ...contest, ours });
  if (found.length > 0) console.log(`${verdictTable(found, ours)}\n`);
}

const records = results.map(({ worst: _, ...record }) => record);
await writeFile(join(out, 'quality.json'), JSON.stringify(records));
const strips = results.map(({ worst }) => worst).filter((worst) => worst !== undefined);
if (strips.length > 0) await writeSheet(join(out, 'worst.png'), strips);
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s; figures and images in ${out}`);
