import { type State, VirtualBackground, WebError, type WebStatistics } from '@elsewhere/web';
import { batch, computed, effect, signal } from '@preact/signals';
import { sentenceOf } from '../strings/sentences.js';
import { ASSETS } from './assets.js';
import { type BackendChoice, backend } from './backend.js';
import { backgroundOf, choice, FIRST_CHOICE } from './background.js';
import type { Choice } from './choice.js';
import { looksOf } from './looks.js';
import { loopOf } from './loops.js';
import { findModels, model } from './model.js';
import { liveOptions } from './options.js';
import { source } from './source.js';
import { toast } from './toasts.js';

/** The output: a stream with processed frames, as soon as there is a source. */
export const output = signal<MediaStream | undefined>(undefined);
export const state = signal<State>('starting');
export const statistics = signal<WebStatistics | undefined>(undefined);
/** Why there is no engine, or why there are no more frames. */
export const failure = signal<Error | undefined>(undefined);
/** The background of the output frames; also set when a background starts to move. */
export const shown = signal<Choice | undefined>(undefined);

const engine = signal<VirtualBackground | undefined>(undefined);

/** The number of requested engines: the latest one wins. */
let last = 0;

/** Loads an engine, or replaces it. The source is processed as soon as it is ready. */
export async function startEngine(): Promise<void> {
  const count = ++last;
  failure.value = undefined;
  const first = choice.peek();
  try {
    await findModels();
    const made = await VirtualBackground.create({
      ...liveOptions.peek(),
      ...looksOf(first),
      assets: ASSETS,
      model: model.peek(),
      backend: backend.peek(),
      background: await backgroundOf(first),
    });
    if (count !== last) {
      made.dispose();
      return;
    }
    const before = engine.peek();
    made.addEventListener('statechange', (event) => {
      if (count !== last) return;
      state.value = event.state;
      if (event.state === 'failed') failure.value = event.error;
    });
    made.addEventListener('error', ({ error }) => {
      if (error.code.startsWith('GPU_')) toast(sentenceOf(error));
    });
    made.addEventListener('statistics', (event) => {
      statistics.value = event.statistics;
    });
    batch(() => {
      shown.value = first;
      engine.value = made;
    });
    before?.dispose();
  } catch (error) {
    if (count === last) reportFailure(error, first);
  }
}

function reportFailure(error: unknown, first: Choice): void {
  const isBackground = error instanceof WebError && error.code === 'BACKGROUND_UNREADABLE';
  if (isBackground && !isSame(first, FIRST_CHOICE)) {
    // A stored background that cannot be read any more must not prevent the start.
    toast(sentenceOf(error));
    choice.value = FIRST_CHOICE;
    void startEngine();
    return;
  }
  failure.value = error instanceof Error ? error : new Error(String(error));
}

/** Changes the network, which needs another engine. */
export function chooseModel(id: string): void {
  model.value = id;
  void startEngine();
}

/** Changes the backend, which needs another engine. */
export function chooseBackend(chosen: BackendChoice): void {
  backend.value = chosen;
  void startEngine();
}

/** Connects the source to the engine. */
effect(() => {
  const now = source.value;
  const made = engine.value;
  if (now.status !== 'live' || now.track.readyState === 'ended' || !made) {
    output.value = undefined;
    return;
  }
  const track = made.process(now.track);
  output.value = new MediaStream([track]);
  return () => track.stop();
});

effect(() => {
  engine.value?.setOptions({ ...liveOptions.value, ...looksOf(choice.value) });
});

/** Not while a worker is being replaced after a failure: a background that is refused meanwhile is shown afterwards. */
const canShow = computed(() => state.value !== 'degraded');

effect(() => {
  const made = engine.value;
  const wanted = choice.value;
  if (!made || !canShow.value) return;
  const over = new AbortController();
  void show(made, wanted, over.signal);
  return () => over.abort();
});

/** Shows a background at once, and its animation as soon as that is drawn. */
async function show(made: VirtualBackground, wanted: Choice, signal: AbortSignal): Promise<void> {
  try {
    if (!isSame(wanted, shown.peek())) {
      const background = await backgroundOf(wanted);
      signal.throwIfAborted();
      await made.setBackground(background, { signal });
      shown.value = wanted;
    }
    const loop = await loopOf(wanted, signal);
    if (!loop) return;
    await made.setBackground({ type: 'video', source: loop }, { signal });
    shown.value = { ...wanted };
  } catch (error) {
    const before = shown.peek();
    if (signal.aborted || !canShow.peek() || !before) return;
    toast(sentenceOf(error));
    choice.value = before;
  }
}

function isSame(a: Choice, b: Choice | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
