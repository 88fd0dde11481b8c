import { unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPresenter, type Presenter, type PresenterOptions, writeY4m } from '@elsewhere/presenter';
import { makeVideo, type VideoRecipe } from '../../../node/test/media/make.js';

/** A drawn person on video, and everything that is known of them. */
export interface Clip {
  readonly path: string;
  readonly presenter: Presenter;
  readonly frames: number;
}

let count = 0;

/**
 * Draws a person and makes a video of them.
 *
 * @param path - Where; the extension says the container.
 * @param drawing - Who and where, and how many frames (default 30).
 * @param recipe - The video; `filter` is FFmpeg's, applied to the pictures.
 */
export async function makeClip(
  path: string,
  { frames = 30, ...drawing }: PresenterOptions & { readonly frames?: number } = {},
  { filter, ...recipe }: VideoRecipe & { readonly filter?: string } = {},
): Promise<Clip> {
  const presenter = createPresenter({ width: 320, height: 180, fps: 25, room: 'office', ...drawing });
  const raw = join(dirname(path), `.drawing-${process.pid}-${count++}.y4m`);
  const matrix = 'setparams=colorspace=smpte170m:range=limited';
  await writeY4m(raw, presenter, { frames, matrix: 'bt601' });
  try {
    makeVideo(path, {
      ...recipe,
      options: recipe.options ?? (recipe.encoder ? {} : { preset: 'veryfast', crf: '12' }),
      picture: `movie=${raw},${matrix}${filter ? `,${filter}` : ''}`,
    });
  } finally {
    unlinkSync(raw);
  }
  return { path, presenter, frames };
}

/** A second of sound for {@link VideoRecipe.audio}: a sine of so many hertz. */
export function tone(seconds: number, hertz = 440): { readonly source: string } {
  return { source: `sine=frequency=${hertz}:sample_rate=48000:duration=${seconds}` };
}
