import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.js';
import type { Item } from './items/item.js';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** An earlier version of the command. */
export interface Baseline {
  readonly commit: string;
  /** The value of its option `--quality`; `undefined` for its default. */
  readonly quality: string | undefined;
  /** The name of its row. */
  readonly row: string;
}

/**
 * Reads `COMMIT` or `COMMIT=QUALITY`.
 *
 * @throws RangeError if it is neither.
 */
export function readBaseline(text: string): Baseline {
  const [, commit, quality] = /^([0-9a-f]{7,40})(?:=(\w+))?$/.exec(text) ?? [];
  if (!commit) throw new RangeError(`--baseline takes COMMIT or COMMIT=QUALITY, not ${text}.`);
  return { commit, quality, row: quality ? `${commit} ${quality}` : commit };
}

/**
 * Makes the mattes of all items with an earlier version of the command, once: it is checked out and built in a work tree
 * of its own. Delete the folder to make them anew.
 *
 * @param folder - For work trees and mattes.
 * @returns The folder with its mattes.
 */
export async function makeBaseline(
  { commit, quality }: Baseline,
  items: readonly Item[],
  folder: string,
): Promise<string> {
  const tree = join(folder, commit, 'tree');
  const script = join(tree, 'packages/cli/bin/elsewhere.js');
  if (!(await exists(tree))) run(ROOT, 'git', 'worktree', 'add', '--detach', tree, commit);
  if (!(await exists(join(tree, 'packages/cli/dist')))) {
    run(tree, 'npm', 'ci', '--no-audit', '--no-fund');
    run(tree, 'npm', 'run', 'build');
  }
  const mattes = join(folder, commit, quality ?? 'default');
  const missing = [];
  for (const item of items) if (!(await exists(matteOf(mattes, item)))) missing.push(item);
  const options = quality === undefined ? [] : ['--quality', quality];
  await runCommand(missing, mattes, { script, options });
  return mattes;
}

function matteOf(folder: string, { kind, source, name }: Item): string {
  return kind === 'still' ? join(folder, source, `${name}.png`) : join(folder, `${name}.mkv`);
}

function run(cwd: string, command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
