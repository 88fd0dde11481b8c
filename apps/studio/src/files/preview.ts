import { VirtualBackground } from '@elsewhere/web';
import { effect, type Signal } from '@preact/signals';
import { openFile } from '../sources/file.js';
import { ASSETS } from '../state/assets.js';
import { backgroundOf, choice } from '../state/background.js';
import { looksOf } from '../state/looks.js';

/** The state of a looping preview. */
export type Preview =
  | { readonly status: 'loading' }
  | { readonly status: 'live'; readonly stream: MediaStream }
  | { readonly status: 'unplayable' };

/**
 * Plays a recording through an engine of its own, because the camera's engine mirrors frames and has the camera's frame rate.
 *
 * @param file - The recording.
 * @param preview - Receives the state.
 * @returns A function that stops the preview; its last frame stays.
 */
export function startPreview(file: Blob, preview: Signal<Preview>): () => void {
  const over = new AbortController();
  preview.value = { status: 'loading' };
  open(file, over.signal).then(
    (stream) => {
      if (!over.signal.aborted) preview.value = { status: 'live', stream };
    },
    () => {
      if (!over.signal.aborted) preview.value = { status: 'unplayable' };
    },
  );
  return () => over.abort();
}

async function open(file: Blob, signal: AbortSignal): Promise<MediaStream> {
  const [track] = (await openFile(file, signal)).getVideoTracks();
  if (!track) throw new TypeError('There is no video track.');
  const engine = await VirtualBackground.create({
    ...looksOf(choice.peek()),
    assets: ASSETS,
    background: await backgroundOf(choice.peek()),
  });
  if (signal.aborted) {
    engine.dispose();
    throw signal.reason;
  }
  let isFirst = true;
  const follow = effect(() => {
    const wanted = choice.value;
    engine.setOptions(looksOf(wanted));
    if (!isFirst)
      void backgroundOf(wanted)
        .then((background) => engine.setBackground(background))
        .catch(() => {});
    isFirst = false;
  });
  const output = engine.process(track);
  // When it has ended, all frames are closed.
  output.addEventListener('ended', () => engine.dispose());
  signal.addEventListener('abort', () => {
    follow();
    track.stop();
  });
  return new MediaStream([output]);
}
