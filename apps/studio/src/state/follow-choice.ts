import type { State, VirtualBackground, WebBackground } from '@elsewhere/web';
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { type Choice, isSame } from './choice.js';

/** The part of an engine that shows backgrounds. */
export interface Shows {
  readonly state: State;
  setBackground: VirtualBackground['setBackground'];
  addEventListener(type: 'statechange', listener: () => void): void;
}

/** What is chosen, and what it means for an engine. */
export interface Choosing {
  readonly choice: ReadonlySignal<Choice>;
  readonly backgroundOf: (choice: Choice) => Promise<WebBackground>;
  /** The moving form of a background, which is shown as soon as it is drawn. */
  readonly loopOf?: (choice: Choice, signal: AbortSignal) => Promise<Blob | undefined>;
  /** Called if a choice cannot be shown; `before` is still shown then. */
  readonly onFailure?: (error: unknown, before: Choice) => void;
}

/** An engine whose background follows the choice. */
export interface Following {
  /** What was shown last; also set when a background starts to move. */
  readonly shown: ReadonlySignal<Choice>;
  /**
   * Runs a function once, when the engine shows the present choice: only then may its frames be given out, because frames with
   * an earlier choice may show the room.
   *
   * @returns Cancels it.
   */
  whenPresent(run: () => void): () => void;
  /** Leaves the engine at what it shows. */
  stop(): void;
}

/**
 * Keeps the background of an engine at the present choice, whatever is chosen while something is loading.
 *
 * @param engine - The engine.
 * @param first - The choice with which it was created, which may be an earlier one.
 * @param choosing - Where the choice comes from.
 */
export function followChoice(
  engine: Shows,
  first: Choice,
  { choice, backgroundOf, loopOf, onFailure }: Choosing,
): Following {
  const shown = signal(first);
  /** What the engine shows for certain; `undefined` while a request is under way, which may have taken effect or not. */
  const certain = signal<Choice | undefined>(first);
  const isPresent = computed(() => isSame(choice.value, certain.value));
  /** While a worker is being replaced, the engine refuses backgrounds. They are shown afterwards. */
  const isReady = signal(engine.state !== 'degraded');
  engine.addEventListener('statechange', () => {
    isReady.value = engine.state !== 'degraded';
  });

  const show = async (wanted: Choice, signal: AbortSignal): Promise<void> => {
    try {
      if (!isSame(wanted, certain.peek())) {
        const background = await backgroundOf(wanted);
        signal.throwIfAborted();
        certain.value = undefined;
        await engine.setBackground(background, { signal });
        signal.throwIfAborted();
        batch(() => {
          certain.value = wanted;
          shown.value = wanted;
        });
      }
      const source = await loopOf?.(wanted, signal);
      if (!source) return;
      await engine.setBackground({ type: 'video', source }, { signal });
      shown.value = { ...wanted };
    } catch (error) {
      if (!signal.aborted && isReady.peek()) onFailure?.(error, shown.peek());
    }
  };

  const stop = effect(() => {
    const wanted = choice.value;
    if (!isReady.value) return;
    const over = new AbortController();
    void untracked(() => show(wanted, over.signal));
    return () => over.abort();
  });

  return {
    shown,
    whenPresent(run) {
      let hasRun = false;
      return effect(() => {
        if (hasRun || !isPresent.value) return;
        hasRun = true;
        untracked(run);
      });
    },
    stop,
  };
}
