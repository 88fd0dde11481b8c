import { join } from 'node:path';
import { createPresenter, type Presenter, type PresenterOptions, writeY4m } from '@elsewhere/presenter';
import { makeVideo, type VideoRecipe } from '../../../node/test/media/make.js';
import { newDirectory } from './command.js';

/** A drawn person on video, and everything that is known of them. */
export interface Clip {
  readonly path: string;
  readonly presenter: Presenter;
  readonly frames: number;
}

/** What was drawn already, by how: to draw a picture takes longer than to encode it. */
const drawings = new Map<string, Clip>();

/** Draws a person, without compression. Of one way to draw, the longest clip serves all. */
async function draw(options: PresenterOptions, frames: number): Promise<Clip> {
  const key = JSON.stringify(options);
  const drawn = drawings.get(key);
  if (drawn && drawn.frames >= frames) return drawn;
  const presenter = createPresenter(options);
  const path = join(newDirectory(), 'drawing.y4m');
  await writeY4m(path, presenter, { frames, matrix: 'bt601' });
  const drawing = { path, presenter, frames };
  drawings.set(key, drawing);
  return drawing;
}

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
  { filter = 'null', ...recipe }: VideoRecipe & { readonly filter?: string } = {},
): Promise<Clip> {
  const drawn = await draw({ width: 320, height: 180, fps: 25, room: 'office', ...drawing }, frames);
  const matrix = 'setparams=colorspace=smpte170m:range=limited';
  makeVideo(path, {
    ...recipe,
    options: recipe.options ?? (recipe.encoder ? {} : { preset: 'veryfast', crf: '12' }),
    picture: `movie=${drawn.path},trim=end_frame=${frames},${matrix},${filter}`,
  });
  return { path, presenter: drawn.presenter, frames };
}

/** Sound for {@link VideoRecipe.audio}: a sine of so many hertz. */
export function tone(seconds: number, hertz = 440): { readonly source: string } {
  return { source: `sine=frequency=${hertz}:sample_rate=48000:duration=${seconds}` };
}
