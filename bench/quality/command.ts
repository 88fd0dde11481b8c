import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { planeSizes } from '@elsewhere/engine';
import type { ClipItem, FootageItem, Item, PresenterItem } from './items/item.js';
import { openItem } from './items/open.js';

/** The command of this work tree, and its options. */
export const COMMAND: Command = {
  script: new URL('../../../packages/cli/bin/elsewhere.js', import.meta.url).pathname,
  options: [],
};

/** A version of the command, with more options. */
export interface Command {
  /** The path of its script. */
  readonly script: string;
  readonly options: readonly string[];
}

/**
 * Makes the mattes of all items with the command, `elsewhere FILE --stage matte`, in a folder that {@link FolderMethod}
 * reads. Clips that are not files are written as raw video first.
 *
 * @param folder - The folder for the mattes.
 */
export async function runCommand(items: readonly Item[], folder: string, command: Command): Promise<void> {
  const queue = items.values();
  const work = async () => {
    for (const item of queue) await makeMatte(item, folder, command);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

async function makeMatte(item: Item, folder: string, command: Command): Promise<void> {
  if (item.kind === 'still') {
    const output = join(folder, item.source, `${item.name}.png`);
    await mkdir(dirname(output), { recursive: true });
    await elsewhere(command, item.image, output);
    return;
  }
  await mkdir(folder, { recursive: true });
  const output = join(folder, `${item.name}.mkv`);
  if (item.kind !== 'presenter' && typeof item.video === 'string') {
    await elsewhere(command, item.video, output, '--codec', 'ffv1');
    return;
  }
  const raw = join(folder, `${item.name}.y4m`);
  await writeRaw(raw, item);
  await elsewhere(command, raw, output, '--codec', 'ffv1');
  await rm(raw);
}

async function elsewhere(
  { script, options }: Command,
  input: string,
  output: string,
  ...more: readonly string[]
): Promise<void> {
  const args = [script, input, '--stage', 'matte', '-o', output, '--quiet', ...options, ...more];
  const [code] = await once(
    spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }),
    'close',
  );
  if (code !== 0) throw new Error(`elsewhere ${args.slice(1).join(' ')} ended with ${code}.`);
}

/** Writes an item's frames as YUV4MPEG2, with the frame rate of their timestamps. */
async function writeRaw(path: string, item: ClipItem | FootageItem | PresenterItem): Promise<void> {
  const file = createWriteStream(path);
  const done = finished(file);
  for await (const { index, frame } of openItem(item)) {
    const { width, height, colorSpace } = frame;
    if (index === 0) {
      const range = colorSpace.range === 'full' ? 'FULL' : 'LIMITED';
      file.write(`YUV4MPEG2 W${width} H${height} F${item.fps}:1 Ip A1:1 C420jpeg XCOLORRANGE=${range}\n`);
    }
    file.write('FRAME\n');
    const sizes = planeSizes('I420', width, height);
    for (const [plane, { data }] of frame.planes.entries()) {
      const { rowBytes = 0, rows = 0 } = sizes[plane] ?? {};
      if (!file.write(data.subarray(0, rowBytes * rows))) await Promise.race([once(file, 'drain'), done]);
    }
  }
  file.end();
  await done;
}
