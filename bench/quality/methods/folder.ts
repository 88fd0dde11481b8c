import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readAlpha, toScoringSize } from '../items/open.js';
import type { Size } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import { type AlphaImage, videoAlphas } from '../items/video.js';
import type { Method } from './method.js';

/** Videos that may replace a folder of images. */
const EXTENSIONS = ['.mkv', '.mp4', '.webm', '.mov'];

/**
 * Mattes of other software, read from a folder: `SOURCE/NAME.png` for a still; for a clip `NAME/*.png` in the order of the
 * names, or a video `NAME.mkv` (.mp4, .webm, .mov). They may be larger than the scoring size. Missing items are
 * skipped.
 */
export class FolderMethod implements Method {
  readonly name: string;
  readonly #folder: string;
  #mattes: Iterator<Promise<AlphaImage> | AlphaImage> | undefined;
  #label = '';

  /**
   * @param name - The name of the row.
   * @param folder - The folder of the mattes.
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

  /** Closes the open video. */
  dispose(): void {
    this.#mattes?.return?.();
    this.#mattes = undefined;
  }

  async #find(source: string, name: string): Promise<Iterable<Promise<AlphaImage> | AlphaImage> | undefined> {
    const still = join(this.#folder, source, `${name}.png`);
    if (await exists(still)) return [readAlpha(still)];
    const images = join(this.#folder, name);
    if (await exists(images)) return readImages(images, (await readdir(images)).sort());
    for (const extension of EXTENSIONS) {
      const video = join(this.#folder, name + extension);
      if (await exists(video)) return videoAlphas(video);
    }
    return undefined;
  }
}

function* readImages(folder: string, files: readonly string[]): Generator<Promise<AlphaImage>> {
  for (const file of files) if (file.endsWith('.png')) yield readAlpha(join(folder, file));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
