import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Baseline, readBaseline } from './baseline.js';
import { DATASETS, type Dataset, KINDS, type Wanted } from './items/find.js';
import { LARGEST, type Size } from './items/scale.js';

/** The settings of a run of the bench. */
export interface Settings extends Wanted {
  /** Names of rows or groups; empty for all. */
  readonly rows: readonly string[];
  /** The folder for figures and images. */
  readonly out: string;
  /** Folders with mattes of other software, by the names of their rows. */
  readonly folders: Readonly<Record<string, string>>;
  /** Whether the published command is judged as well. */
  readonly command: boolean;
  /** An earlier version of the command that is judged as well. */
  readonly baseline: Baseline | undefined;
}

/**
 * Reads the command line.
 *
 * @throws on invalid options.
 */
export async function readSettings(): Promise<Settings> {
  const { values } = parseArgs({
    options: {
      media: { type: 'string', default: process.env['ELSEWHERE_MEDIA'] ?? '../shared/media' },
      only: { type: 'string' },
      items: { type: 'string', default: '' },
      dataset: { type: 'string', multiple: true, default: [] },
      within: { type: 'string' },
      rows: { type: 'string', default: '' },
      out: { type: 'string', default: 'out/quality' },
      alphas: { type: 'string', multiple: true, default: [] },
      command: { type: 'boolean', default: false },
      baseline: { type: 'string' },
    },
  });
  const only = KINDS.find((kind) => kind === values.only);
  if (values.only !== undefined && !only) throw new RangeError(`--only takes ${KINDS.join(', ')}.`);
  const folders: Record<string, string> = {};
  for (const pair of values.alphas) {
    const { name, folder } = await namedFolder('--alphas', pair);
    folders[name] = folder;
  }
  const datasets: Dataset[] = [];
  for (const pair of values.dataset) {
    const { name, folder } = await namedFolder('--dataset', pair);
    if (!isDataset(name))
      throw new RangeError(`--dataset takes ${Object.keys(DATASETS).join(' or ')}, not ${name}.`);
    datasets.push([name, folder]);
  }
  const media = resolve(values.media);
  return {
    media: (await isFolder(media)) ? media : undefined,
    only,
    items: values.items.split(',').filter(Boolean),
    datasets,
    within: values.within === undefined ? LARGEST : readSize(values.within),
    rows: values.rows.split(',').filter(Boolean),
    out: resolve(values.out),
    folders,
    command: values.command,
    baseline: values.baseline === undefined ? undefined : readBaseline(values.baseline),
  };
}

function isDataset(name: string): name is keyof typeof DATASETS {
  return Object.hasOwn(DATASETS, name);
}

async function namedFolder(
  option: string,
  pair: string,
): Promise<{ readonly name: string; readonly folder: string }> {
  const [name, folder] = [pair.slice(0, pair.indexOf('=')), resolve(pair.slice(pair.indexOf('=') + 1))];
  if (!name || !(await isFolder(folder))) throw new RangeError(`${option} takes NAME=FOLDER, not ${pair}.`);
  return { name, folder };
}

function readSize(text: string): Size {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (!(size.width >= 16 && size.height >= 16))
    throw new RangeError(`--within takes WIDTHxHEIGHT, such as 512x288, not ${text}.`);
  return size;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
