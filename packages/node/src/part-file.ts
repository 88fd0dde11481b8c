import { randomBytes } from 'node:crypto';
import { lstat, open, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A part file's name: hidden, with the output's name, the process and a random number. Files only; folders are never touched. */
const NAME = /^\..+\.elsewhere-(\d+)-[0-9a-f]+\.part$/;

/** Part files younger than this are left alone, in milliseconds. A conversion writes more often. */
const MIN_AGE = 24 * 60 * 60 * 1000;

/** Random names that are tried before the folder is given up. */
const ATTEMPTS = 8;

/** Folders that have been swept by this process. */
const swept = new Set<string>();

/**
 * Creates the file beside an output into which it is written until it is complete. Nobody can know its name before, and no link or
 * file of that name is followed or replaced.
 *
 * @param path - The output's path.
 * @param mode - The permissions of the file that will be replaced, which it does not exceed; `undefined`: those of a new file.
 * @returns The part file's path.
 */
export async function createPart(path: string, mode: number | undefined): Promise<string> {
  const folder = dirname(path);
  await sweep(folder);
  // File names have at most 255 bytes.
  const name = Buffer.from(basename(path)).subarray(0, 200).toString();
  for (let attempt = 1; ; attempt++) {
    const part = join(folder, `.${name}.elsewhere-${process.pid}-${randomBytes(8).toString('hex')}.part`);
    try {
      // Its owner has to write it, even where the old file is read-only.
      await (await open(part, 'wx', mode === undefined ? mode : mode | 0o600)).close();
      return part;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Deletes the part files that killed processes have left in a folder, once in each process. */
async function sweep(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() && Date.now() - found.mtimeMs > MIN_AGE) await unlink(path).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
