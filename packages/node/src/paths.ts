import { constants } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MediaError } from './errors.js';
import { isAddress, isVideoDevice } from './media/input/source.js';
import { createPart } from './part-file.js';

/**
 * Checks that an input is a readable file and not empty.
 *
 * @throws {@link MediaError} `INPUT_MISSING`, `INPUT_IS_DIRECTORY`, `INPUT_EMPTY` or `INPUT_UNREADABLE`.
 */
export async function checkInput(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code === 'EACCES')
      throw new MediaError('INPUT_UNREADABLE', `${path} cannot be read: permission denied.`);
    if (isAddress(path)) {
      throw new MediaError(
        'INPUT_MISSING',
        `${path} is an address, and addresses are not fetched: download the file and give its path.`,
      );
    }
    throw new MediaError('INPUT_MISSING', `${path} does not exist.`);
  }
  if (found.isDirectory())
    throw new MediaError('INPUT_IS_DIRECTORY', `${path} is a directory, not a video or an image.`);
  if (!found.isFile() && !found.isFIFO()) {
    const advice = isVideoDevice(path) ? `: for a camera, give camera:${path}` : '';
    throw new MediaError('INPUT_UNREADABLE', `${path} is a device or a socket, not a file${advice}.`);
  }
  if (found.isFile() && found.size === 0) throw new MediaError('INPUT_EMPTY', `${path} is empty.`);
  await access(path, constants.R_OK).catch(() => {
    throw new MediaError('INPUT_UNREADABLE', `${path} cannot be read: permission denied.`);
  });
}

/** Where an output is written. */
export interface Target {
  /** The final path, with symbolic links resolved. */
  readonly path: string;
  /** Where it is written first: a file beside the final path, or that path itself for pipes and devices. */
  readonly part: string;
  /** The permissions of the file that is replaced. */
  readonly mode: number | undefined;
}

/**
 * Checks that an output can be written, and creates the file into which it is written first.
 *
 * @param options - `overwrite`: whether it may exist already. `input`: the input's path, if it is a file.
 * @throws {@link MediaError} `OUTPUT_EXISTS`, `OUTPUT_IS_INPUT` or `OUTPUT_UNWRITABLE`.
 */
export async function checkOutput(
  output: string,
  { overwrite, input }: { readonly overwrite: boolean; readonly input: string | undefined },
): Promise<Target> {
  const path = await followLink(resolve(output));
  const directory = dirname(path);
  const parent = await stat(directory).catch(() => undefined);
  if (!parent?.isDirectory()) {
    throw new MediaError(
      'OUTPUT_UNWRITABLE',
      `${output} cannot be written: the directory ${directory} does not exist.`,
    );
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory())
    throw new MediaError('OUTPUT_UNWRITABLE', `${output} is a directory: give the path of a file.`);
  if (there && input !== undefined) {
    const source = await stat(input);
    if (source.ino === there.ino && source.dev === there.dev) {
      throw new MediaError('OUTPUT_IS_INPUT', `${output} is the input itself: give another output.`);
    }
  }
  if (there && !there.isFile()) return { path, part: path, mode: undefined };
  if (there && !overwrite) {
    throw new MediaError('OUTPUT_EXISTS', `${output} exists already.`);
  }
  await access(directory, constants.W_OK | constants.X_OK).catch(() => {
    throw new MediaError(
      'OUTPUT_UNWRITABLE',
      `${output} cannot be written: no permission to write in ${directory}.`,
    );
  });
  try {
    const mode = there && there.mode & 0o777;
    return { path, part: await createPart(path, mode), mode };
  } catch (cause) {
    throw new MediaError('OUTPUT_UNWRITABLE', `${output} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

async function followLink(path: string): Promise<string> {
  const link = await lstat(path).catch(() => undefined);
  if (!link?.isSymbolicLink()) return path;
  return realpath(path).catch(() => {
    throw new MediaError('OUTPUT_UNWRITABLE', `${path} cannot be written: it is a broken symbolic link.`);
  });
}
