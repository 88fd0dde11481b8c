import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cell } from '../test/matrix/row.js';
import { unpacked } from '../test/support/extension.js';
import { tableOf } from './table.js';

const OUT = fileURLToPath(new URL('../../../out/extension-matrix', import.meta.url));

/** What `cells.json` contains. */
interface Stored {
  /** The build that was looked at. */
  readonly build: string;
  readonly cells: readonly Cell[];
}

/** The cells of all runs with the present build: a long matrix can be run in parts. */
export class Results {
  readonly #build = buildOf(unpacked('chromium'));
  #cells: readonly Cell[];

  /** @param again - Forgets those of earlier runs. */
  constructor(again: boolean) {
    const stored = readStored();
    this.#cells = stored?.build === this.#build && !again ? stored.cells : [];
  }

  /** Whether a row has been run. */
  has(row: Pick<Cell, 'policy' | 'frame' | 'fault'>): boolean {
    return this.#cells.some((cell) => isIn(row, cell));
  }

  /** Adds the cells of a row, in place of those before, and writes the table. */
  add(cells: readonly Cell[]): void {
    this.#cells = [...this.#cells.filter((cell) => !cells.some((each) => isIn(each, cell))), ...cells];
    mkdirSync(OUT, { recursive: true });
    const stored: Stored = { build: this.#build, cells: this.#cells };
    writeFileSync(join(OUT, 'cells.json'), JSON.stringify(stored, undefined, 1));
    writeFileSync(join(OUT, 'matrix.md'), tableOf(this.#cells));
  }
}

function isIn(row: Pick<Cell, 'policy' | 'frame' | 'fault'>, cell: Cell): boolean {
  return cell.policy === row.policy && cell.frame === row.frame && cell.fault === row.fault;
}

function readStored(): Stored | undefined {
  try {
    return JSON.parse(readFileSync(join(OUT, 'cells.json'), 'utf8')) as Stored;
  } catch {
    // There was no run yet.
    return undefined;
  }
}

/** A hash of all files: the same sources give the same bytes. */
function buildOf(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  for (const path of files.map((each) => join(each.parentPath, each.name)).sort()) {
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex');
}
