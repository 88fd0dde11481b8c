import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readAlpha, toScoringSize } from '../items/open.js';
import type { Size } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import { type AlphaPicture, videoAlphas } from '../items/video.js';
import type { Method } from './method.js';

/** Videos that may stand for a folder of pictures. */
const EXTENSIONS = ['.mkv', '.mp4', '.webm', '.mov'];

/**
 * Somebody else's mattes, read from a folder: `SOURCE/NAME.png` for a still; for a clip `NAME/*.png` in the order of the
 * names, or a video `NAME.mkv` (.mp4, .webm, .mov). They may be larger than the scoring size. Items that are not there
 * are left out.
 */
export class FolderMethod implements Method {
  readonly name: string;
  readonly #folder: string;
  #mattes: Iterator<Promise<AlphaPicture> | AlphaPicture> | undefined;
  #label = '';

  /**
   * @param name - Of the row.
   * @param folder - Where the mattes lie.
   */
  constructor(name: string, folder: string) {
    this.name = name;
    this.#folder = folder;
  }

  async open({ source, name }: { readonly source: string; readonly name: string; readonly size: Size }) {
    this.dispose();
    this.#label = `${source}/${name}`;
    this.#mattes = (await this.#find(source, name))?.[Symbol.iterator]();
  }

  async matte({ size, index }: Shot): Promise<Uint8Array | undefined> {
    if (!this.#mattes) return undefined;
    const { value, done } = this.#mattes.next();
    if (done) throw new Error(`${this.#folder} has no matte for frame ${index} of ${this.#label}.`);
    return toScoringSize(await value, size, this.#label);
  }

  /** Closes the video that it reads. */
  dispose(): void {
    this.#mattes?.return?.();
    this.#mattes = undefined;
  }

  async #find(
    source: string,
    name: string,
  ): Promise<Iterable<Promise<AlphaPicture> | AlphaPicture> | undefined> {
    const still = join(this.#folder, source, `${name}.png`);
    if (await exists(still)) return [readAlpha(still)];
    const pictures = join(this.#folder, name);
    if (await exists(pictures)) return readPictures(pictures, (await readdir(pictures)).sort());
    for (const extension of EXTENSIONS) {
      const video = join(this.#folder, name + extension);
      if (await exists(video)) return videoAlphas(video);
    }
    return undefined;
  }
}

function* readPictures(folder: string, files: readonly string[]): Generator<Promise<AlphaPicture>> {
  for (const file of files) if (file.endsWith('.png')) yield readAlpha(join(folder, file));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
