import { VirtualBackground } from '@elsewhere/web';
import { effect, type Signal } from '@preact/signals';
import { openFile } from '../sources/file.js';
import { ASSETS } from '../state/assets.js';
import { backgroundOf, choice } from '../state/background.js';
import { followChoice } from '../state/follow-choice.js';
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
  open(file, preview, over.signal).catch(() => {
    if (!over.signal.aborted) preview.value = { status: 'unplayable' };
  });
  return () => over.abort();
}

async function open(file: Blob, preview: Signal<Preview>, signal: AbortSignal): Promise<void> {
  const [track] = (await openFile(file, signal)).getVideoTracks();
  if (!track) throw new TypeError('There is no video track.');
  const first = choice.peek();
  const engine = await VirtualBackground.create({
    ...looksOf(first),
    assets: ASSETS,
    background: await backgroundOf(first),
  });
  if (signal.aborted) {
    engine.dispose();
    return;
  }
  const stopOptions = effect(() => engine.setOptions(looksOf(choice.value)));
  const following = followChoice(engine, first, { choice, backgroundOf });
  let output: MediaStreamTrack | undefined;
  const cancel = following.whenPresent(() => {
    output = engine.process(track);
    // When it has ended, all frames are closed.
    output.addEventListener('ended', () => engine.dispose());
    preview.value = { status: 'live', stream: new MediaStream([output]) };
  });
  signal.addEventListener('abort', () => {
    stopOptions();
    following.stop();
    cancel();
    track.stop();
    if (!output) engine.dispose();
  });
}
