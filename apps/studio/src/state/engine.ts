import { type State, VirtualBackground, type WebStatistics } from '@elsewhere/web';
import { computed, effect, signal } from '@preact/signals';
import { strings } from '../strings/index.js';
import { sentenceOf } from '../strings/sentences.js';
import { ASSETS } from './assets.js';
import { type BackendChoice, backend } from './backend.js';
import { backgroundOf, choice, FIRST_CHOICE } from './background.js';
import { type Choice, isSame } from './choice.js';
import { type Following, followChoice } from './follow-choice.js';
import { looksOf } from './looks.js';
import { loopOf } from './loops.js';
import { DEFAULT_MODEL, findModels, isOfModel, model } from './model.js';
import { liveOptions } from './options.js';
import { source } from './source.js';
import { toast } from './toasts.js';

/** The output: a stream with processed frames, as soon as there is a source. */
export const output = signal<MediaStream | undefined>(undefined);
export const state = signal<State>('starting');
export const statistics = signal<WebStatistics | undefined>(undefined);
/** Why there is no engine, or why there are no more frames. */
export const failure = signal<Error | undefined>(undefined);

interface Engine {
  readonly background: VirtualBackground;
  readonly following: Following;
}

const engine = signal<Engine | undefined>(undefined);

/** The background of the output frames; also set when a background starts to move. */
export const shown = computed(() => engine.value?.following.shown.value);

/** The options of the next frame. */
const options = computed(() => ({ ...liveOptions.value, ...looksOf(choice.value) }));

/** The number of requested engines: the latest one wins. */
let last = 0;

/** Loads an engine, or replaces it. The source is processed as soon as it is ready. */
export async function startEngine(): Promise<void> {
  const count = ++last;
  failure.value = undefined;
  const first = choice.peek();
  let network = model.peek();
  try {
    await findModels();
    network = model.peek();
    const made = await VirtualBackground.create({
      ...options.peek(),
      assets: ASSETS,
      model: network,
      backend: backend.peek(),
      background: await backgroundOf(first),
    });
    if (count !== last) {
      made.dispose();
      return;
    }
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
    // They may have changed meanwhile.
    made.setOptions(options.peek());
    const before = engine.peek();
    const following = followChoice(made, first, { choice, backgroundOf, loopOf, onFailure: takeBack });
    engine.value = { background: made, following };
    before?.following.stop();
    before?.background.dispose();
  } catch (error) {
    if (count === last) reportFailure(error, first, network);
  }
}

/** Neither a stored background nor a network that cannot be read any more prevents the start: the default takes its place. */
function reportFailure(error: unknown, first: Choice, network: string): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'BACKGROUND_UNREADABLE' && !isSame(first, FIRST_CHOICE)) {
    toast(sentenceOf(error));
    // Unless another one was chosen meanwhile.
    if (isSame(first, choice.peek())) choice.value = FIRST_CHOICE;
  } else if (isOfModel(code) && network !== DEFAULT_MODEL) {
    toast(strings.value.errors.model);
    if (model.peek() === network) model.value = DEFAULT_MODEL;
  } else {
    failure.value = error instanceof Error ? error : new Error(String(error));
    return;
  }
  void startEngine();
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

/** Returns to the background that is still shown. To the camera background only the user returns. */
function takeBack(error: unknown, before: Choice): void {
  toast(sentenceOf(error));
  choice.value = before.kind === 'none' ? FIRST_CHOICE : before;
}

effect(() => {
  engine.value?.background.setOptions(options.value);
});

/** Connects the source to the engine, as soon as that shows the present choice. */
effect(() => {
  const now = source.value;
  const made = engine.value;
  if (now.status !== 'live' || !made) return;
  let track: MediaStreamTrack | undefined;
  const cancel = made.following.whenPresent(() => {
    if (now.track.readyState === 'ended') return;
    track = made.background.process(now.track);
    output.value = new MediaStream([track]);
  });
  return () => {
    cancel();
    track?.stop();
    output.value = undefined;
  };
});
