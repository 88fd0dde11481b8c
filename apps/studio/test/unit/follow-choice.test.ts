import type { State, WebBackground } from '@elsewhere/web';
import { signal } from '@preact/signals';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Choice } from '../../src/state/choice.js';
import { followChoice } from '../../src/state/follow-choice.js';

const NONE: Choice = { kind: 'none' };
const GREEN: Choice = { kind: 'color', color: '#00b140' };
const WHITE: Choice = { kind: 'color', color: '#ffffff' };
const DRAWN: Choice = { kind: 'drawn', id: 'office' };

/** What an engine gets for a choice. */
function meant(choice: Choice): WebBackground {
  switch (choice.kind) {
    case 'color':
      return { type: 'color', color: choice.color };
    case 'drawn':
      return { type: 'image', source: choice.id };
    default:
      return { type: 'none' };
  }
}

/** Promises that a test settles one by one, in any order. */
class Clock {
  readonly waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Settles one, and lets everything happen that follows from it. */
  async pass(index = 0): Promise<void> {
    this.waiting.splice(index % this.waiting.length, 1)[0]?.();
    await settled();
  }

  async passAll(): Promise<void> {
    while (this.waiting.length > 0) await this.pass();
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Behaves as the engine says of `setBackground`: fetches, then shows, then resolves; the latest call wins. */
class Engine {
  state: State = 'running';
  background: WebBackground;
  fails = false;
  readonly clock: Clock;
  #listeners: (() => void)[] = [];
  #preparing: AbortController | undefined;

  constructor(first: Choice, clock: Clock) {
    this.background = meant(first);
    this.clock = clock;
  }

  addEventListener(_: 'statechange', listener: () => void): void {
    this.#listeners.push(listener);
  }

  become(state: State): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }

  async setBackground(background: WebBackground, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.state === 'degraded') throw new Error('WORKER_FAILED');
    this.#preparing?.abort();
    const preparing = new AbortController();
    this.#preparing = preparing;
    await this.clock.wait();
    signal?.throwIfAborted();
    preparing.signal.throwIfAborted();
    if (this.fails) throw new Error('BACKGROUND_UNREADABLE');
    this.#preparing = undefined;
    this.background = background;
    await this.clock.wait();
  }
}

/** An engine that was created with a choice, and another choice that was made while it loaded. */
function following(first: Choice, now: Choice) {
  const clock = new Clock();
  const engine = new Engine(first, clock);
  const choice = signal(now);
  const failures: Choice[] = [];
  const { shown, whenPresent, stop } = followChoice(engine, first, {
    choice,
    backgroundOf: async (wanted) => {
      if (wanted.kind === 'drawn') await clock.wait();
      return meant(wanted);
    },
    onFailure: (_, before) => {
      failures.push(before);
      choice.value = before;
    },
  });
  /** What the first frame that is given out shows. */
  const given: WebBackground[] = [];
  whenPresent(() => given.push(engine.background));
  return { clock, engine, choice, failures, shown, stop, given };
}

describe('the background of an engine', () => {
  it('is the one that was chosen while the engine loaded, before any frame is given out', async () => {
    const { clock, given, shown } = following(NONE, GREEN);
    expect(given).toEqual([]);
    await settled();
    await clock.pass();
    expect(given).toEqual([]);
    await clock.pass();
    expect(given).toEqual([meant(GREEN)]);
    expect(shown.value).toEqual(GREEN);
  });

  it('is given out at once if nothing else was chosen', () => {
    expect(following(GREEN, { ...GREEN }).given).toEqual([meant(GREEN)]);
  });

  it('is the last choice, although an earlier one takes longer', async () => {
    const { clock, engine, choice } = following(GREEN, DRAWN);
    choice.value = WHITE;
    await settled();
    await clock.passAll();
    expect(engine.background).toEqual(meant(WHITE));
  });

  it('returns to one that was left for one which is shown already but not reported yet', async () => {
    const { clock, engine, choice, given } = following(GREEN, NONE);
    await settled();
    await clock.pass();
    expect(engine.background).toEqual(meant(NONE));
    choice.value = GREEN;
    await settled();
    expect(given).toEqual([]);
    await clock.passAll();
    expect(engine.background).toEqual(meant(GREEN));
    expect(given).toEqual([meant(GREEN)]);
  });

  it('is taken back if it cannot be shown', async () => {
    const { clock, engine, choice, failures } = following(GREEN, WHITE);
    engine.fails = true;
    await settled();
    await clock.pass();
    expect(failures).toEqual([GREEN]);
    engine.fails = false;
    await clock.passAll();
    expect([choice.value, engine.background]).toEqual([GREEN, meant(GREEN)]);
  });

  it('that was chosen while a worker is replaced is shown afterwards, without a message', async () => {
    const { clock, engine, choice, failures } = following(GREEN, GREEN);
    engine.become('degraded');
    choice.value = WHITE;
    await settled();
    engine.become('running');
    await settled();
    await clock.passAll();
    expect(engine.background).toEqual(meant(WHITE));
    expect(failures).toEqual([]);
  });

  it('stays when nothing follows any more', async () => {
    const { clock, engine, choice, stop } = following(GREEN, GREEN);
    stop();
    choice.value = WHITE;
    await settled();
    await clock.passAll();
    expect(engine.background).toEqual(meant(GREEN));
  });

  it('is the last choice after any order of choices and delays, and never given out as an earlier one', async () => {
    const step = fc.oneof(
      fc.constantFrom(NONE, GREEN, WHITE, DRAWN).map((choice) => ({ choice })),
      fc.nat(5).map((index) => ({ index })),
      fc.constant('settle' as const),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(NONE, GREEN),
        fc.array(step, { maxLength: 24 }),
        async (first, steps) => {
          const { clock, engine, choice, given } = following(first, GREEN);
          for (const each of steps) {
            const before = given.length;
            if (each === 'settle') await settled();
            else if ('choice' in each) choice.value = each.choice;
            else if (clock.waiting.length > 0) await clock.pass(each.index);
            if (given.length > before) expect(given[0]).toEqual(meant(choice.value));
          }
          await settled();
          await clock.passAll();
          expect(engine.background).toEqual(meant(choice.value));
          expect(given).toHaveLength(1);
        },
      ),
      { numRuns: 100 },
    );
  });
});
