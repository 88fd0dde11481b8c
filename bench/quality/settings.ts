import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { KINDS } from './items/find.js';

/** The settings of a run of the bench. */
export interface Settings {
  /** The folder with real media, if there is one. */
  readonly media: string | undefined;
  readonly only: (typeof KINDS)[number] | undefined;
  /** Names of rows or groups; empty for all. */
  readonly rows: readonly string[];
  /** The folder for figures and images. */
  readonly out: string;
  /** Folders with mattes of other software, by the names of their rows. */
  readonly folders: Readonly<Record<string, string>>;
  /** Whether the published command is judged as well. */
  readonly command: boolean;
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
      rows: { type: 'string', default: '' },
      out: { type: 'string', default: 'out/quality' },
      alphas: { type: 'string', multiple: true, default: [] },
      command: { type: 'boolean', default: false },
    },
  });
  const only = KINDS.find((kind) => kind === values.only);
  if (values.only !== undefined && !only) throw new RangeError(`--only takes ${KINDS.join(', ')}.`);
  const folders: Record<string, string> = {};
  for (const pair of values.alphas) {
    const [name, folder] = [pair.slice(0, pair.indexOf('=')), resolve(pair.slice(pair.indexOf('=') + 1))];
    if (!name || !(await isFolder(folder))) throw new RangeError(`--alphas takes NAME=FOLDER, not ${pair}.`);
    folders[name] = folder;
  }
  const media = resolve(values.media);
  return {
    media: (await isFolder(media)) ? media : undefined,
    only,
    rows: values.rows.split(',').filter(Boolean),
    out: resolve(values.out),
    folders,
    command: values.command,
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
