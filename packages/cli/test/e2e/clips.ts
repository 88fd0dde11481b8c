import { join } from 'node:path';
import { createPresenter, type Presenter, type PresenterOptions, writeY4m } from '@elsewhere/presenter';
import { makeVideo, type VideoRecipe } from '../../../node/test/media/make.js';
import { newDirectory } from './command.js';

/** A video of the presenter, with the presenter itself for the exact alpha. */
export interface Clip {
  readonly path: string;
  readonly presenter: Presenter;
  readonly frames: number;
}

/** Uncompressed drawings by their options: drawing a frame takes longer than encoding it. */
const drawings = new Map<string, Clip>();

/** Draws an uncompressed video, or returns an earlier one of the same options that is long enough. */
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
 * Makes a video of the presenter.
 *
 * @param path - The output; its extension determines the container.
 * @param drawing - The presenter's options, and the number of frames (default 30).
 * @param recipe - The video; `filter` is an FFmpeg filter, applied to the frames.
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

/** A sine for {@link VideoRecipe.audio}. */
export function tone(seconds: number, hertz = 440): { readonly source: string } {
  return { source: `sine=frequency=${hertz}:sample_rate=48000:duration=${seconds}` };
}
