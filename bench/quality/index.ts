import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findItems, KINDS } from './items/find.js';
import { chooseRows } from './methods/registry.js';
import { judgeAll } from './pool.js';
import { groupResults } from './report/groups.js';
import { writeSheet } from './report/sheet.js';
import { groupTable } from './report/tables.js';

// npm run bench:quality -- [--media DIR] [--only stills|clips|presenter] [--rows NAME,...] [--out DIR]
const { values } = parseArgs({
  options: {
    media: { type: 'string', default: process.env['ELSEWHERE_MEDIA'] ?? '../shared/media' },
    only: { type: 'string' },
    rows: { type: 'string', default: '' },
    out: { type: 'string', default: 'out/quality' },
  },
});
const only = KINDS.find((kind) => kind === values.only);
if (values.only !== undefined && !only) throw new RangeError(`--only takes ${KINDS.join(', ')}.`);
const folder = resolve(values.media);
const media = (await stat(folder).catch(() => undefined))?.isDirectory() ? folder : undefined;
if (!media) {
  console.log(`There is no folder ${folder} with real media: only the presenter is measured.\n`);
}

const began = performance.now();
const out = resolve(values.out);
await mkdir(out, { recursive: true });
const items = await findItems(media, only);
const rows = chooseRows(values.rows.split(',').filter(Boolean)).map(({ name }) => name);
let done = 0;
const results = await judgeAll(items, { media, rows }, ({ source, name }) => {
  done++;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done}/${items.length} ${source}/${name}`);
});
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

for (const group of groupResults(results)) console.log(groupTable(group));
const records = results.map(({ worst: _, ...record }) => record);
await writeFile(join(out, 'quality.json'), JSON.stringify(records, undefined, 1));
const strips = results.map(({ worst }) => worst).filter((worst) => worst !== undefined);
if (strips.length > 0) await writeSheet(join(out, 'worst.png'), strips);
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s; figures and pictures in ${out}`);
