import { LatestBackground } from '@elsewhere/engine/internal';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { supersededError as superseded } from '../src/errors.js';
import type { WebBackground } from '../src/options.js';
import { VirtualBackground } from '../src/virtual-background.js';
import { SimulatedEngine } from './support/engine-worker.js';

const NONE = { type: 'none' } as const;
const RED = { type: 'color', color: 'red' } as const;
const BLUE = { type: 'color', color: 'blue' } as const;

describe('LatestBackground', () => {
  it('hides the camera from the call on, where the previous background is none', () => {
    const latest = new LatestBackground<WebBackground, WebBackground>(NONE, NONE, superseded);
    expect(latest.hidesCamera).toBe(false);
    latest.begin(RED);
    expect([latest.hidesCamera, latest.isPending, latest.shown]).toEqual([true, true, NONE]);
    latest.show(RED, RED);
    expect([latest.hidesCamera, latest.isPending, latest.shown]).toEqual([false, false, RED]);
  });

  it('hides it also where the background cannot be had, until none is asked for again', () => {
    const latest = new LatestBackground<WebBackground, WebBackground>(NONE, NONE, superseded);
    latest.fail(latest.begin(RED));
    expect([latest.hidesCamera, latest.isPending]).toEqual([true, false]);
    latest.begin(NONE);
    expect(latest.hidesCamera).toBe(false);
  });

  it('hides it while it is not known yet what is asked for', () => {
    const latest = new LatestBackground<WebBackground, WebBackground>(NONE, NONE, superseded);
    const call = latest.begin(undefined);
    expect(latest.hidesCamera).toBe(true);
    latest.resolve(call, NONE);
    expect(latest.hidesCamera).toBe(false);
  });

  it('a later call ends the one before, which decides nothing any more', () => {
    const latest = new LatestBackground<WebBackground, WebBackground>(RED, RED, superseded);
    const first = latest.begin(undefined);
    const second = latest.begin(BLUE);
    expect(first.signal.reason).toMatchObject({ code: 'SUPERSEDED' });
    expect(second.signal.aborted).toBe(false);
    latest.resolve(first, NONE);
    latest.fail(first);
    expect(latest.isPending).toBe(true);
    latest.show(NONE, NONE);
    expect(latest.hidesCamera, 'blue was asked for last').toBe(true);
  });
});

/** As much of tracks as `process` touches. */
class FakeTrack extends EventTarget {
  readonly kind = 'video';
  readonly writable = {};
  readyState = 'live';
  contentHint = '';
  stop(): void {
    this.readyState = 'ended';
  }
}

let engines: SimulatedEngine[];

/** The engine's worker, and the output worker, which only says that it runs. */
class FakeWorker extends SimulatedEngine {
  constructor(url: string) {
    super();
    if (url.endsWith('output.js')) {
      const ready = { type: 'ready', canGenerate: false } as never;
      queueMicrotask(() => this.onmessage?.({ data: ready }));
    } else engines.push(this);
  }
}

beforeEach(() => {
  engines = [];
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('VideoFrame', class {});
  vi.stubGlobal('MediaStreamTrack', FakeTrack);
  vi.stubGlobal('MediaStreamTrackGenerator', FakeTrack);
  vi.stubGlobal(
    'MediaStreamTrackProcessor',
    class {
      readonly readable = {};
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

/** Takes all steps in their order. */
async function drain(): Promise<void> {
  for (let taken = true; taken; ) {
    await settle();
    taken = false;
    for (const engine of engines) {
      if (engine.steps === 0) continue;
      engine.take(engine.steps - 1);
      taken = true;
    }
  }
}

async function create(background: WebBackground): Promise<VirtualBackground> {
  const creating = VirtualBackground.create({ assets: 'https://example.com/assets/', background });
  await drain();
  return creating;
}

function frames() {
  return engines.flatMap((engine) => engine.frames);
}

const track = () => new FakeTrack() as unknown as MediaStreamTrack;

describe('a track that is processed', () => {
  it('while a background is being prepared begins with it, and with the options of the same task', async () => {
    const background = await create(RED);
    background.process(track());
    const changing = background.setBackground(BLUE);
    background.setOptions({ mirror: true });
    await settle();
    const [engine] = engines;
    while (engine && !engine.isUpToDate) engine.take(engine.steps - 1);
    expect(frames(), 'blue is not prepared yet').toEqual([]);
    await drain();
    await changing;
    expect(frames()).toMatchObject([{ background: BLUE, isPlaceholder: false, options: { mirror: true } }]);
  });

  it('waits for the last call, wherever it comes while the one before continues', async () => {
    for (let awaits = 0; awaits < 12; awaits++) {
      engines = [];
      using background = await create(RED);
      const [engine] = engines;
      if (!engine) throw new Error('There is no worker.');
      background.setBackground(BLUE).catch(() => {});
      while (engine.steps > 0) engine.take(0);
      for (let i = 0; i < awaits; i++) await Promise.resolve();
      background.setBackground({ type: 'color', color: 'green' }).catch(() => {});
      background.process(track());
      await settle();
      while (!engine.isUpToDate) engine.take(engine.steps - 1);
      expect(engine.frames, `${awaits} awaits later`).toEqual([]);
    }
  });

  it('begins with the previous background where the new one cannot be had', async () => {
    const background = await create(RED);
    const changing = background.setBackground({ type: 'image', source: 'https://example.com/missing.png' });
    changing.catch(() => {});
    background.process(track());
    await drain();
    await expect(changing).rejects.toMatchObject({ code: 'BACKGROUND_UNREADABLE' });
    expect(frames()).toMatchObject([{ background: RED, isPlaceholder: false }]);
  });

  it('shows placeholders instead of the camera where another background than none cannot be had', async () => {
    const background = await create(NONE);
    background.process(track());
    await drain();
    expect(frames()).toMatchObject([{ background: NONE, isPlaceholder: false }]);
    const drawn = Promise.reject(new Error('It cannot be drawn.'));
    await expect(background.setBackground(drawn)).rejects.toThrow('It cannot be drawn.');
    await drain();
    expect(frames()).toMatchObject([{ background: NONE, isPlaceholder: true }]);
    const changing = background.setBackground(NONE);
    await drain();
    await changing;
    expect(frames()).toMatchObject([{ background: NONE, isPlaceholder: false }]);
  });

  it('is never shown again after the first placeholder, while messages to the worker arrive one by one', async () => {
    const background = await create(NONE);
    background.process(track());
    await drain();
    const changing = background.setBackground(RED);
    const [engine] = engines;
    const seen: string[] = [];
    while (engine && engine.steps > 0) {
      engine.take(0);
      await settle();
      for (const frame of frames()) seen.push(frame.isPlaceholder ? 'placeholder' : frame.background.type);
    }
    await changing;
    expect(seen.filter((each, i) => each !== seen[i - 1])).toEqual(['placeholder', 'color']);
  });

  it('is hidden by a worker that replaces one which has failed, too', async () => {
    const background = await create(NONE);
    background.process(track());
    await drain();
    engines[0]?.fail();
    const changing = background.setBackground(RED);
    await vi.advanceTimersByTimeAsync(5000);
    await drain();
    await changing;
    expect(engines).toHaveLength(2);
    expect(frames()).toMatchObject([{ background: RED, isPlaceholder: false }]);
  });
});

/** What a test does between two steps of the simulated workers. */
type Action = 'color' | 'none' | 'missing' | 'drawn' | 'options' | 'process' | 'fail' | 'dispose' | 'step';

describe('any order of calls and answers', () => {
  it('shows no setting older than the last call, and the camera only where none was asked for last', async () => {
    const actions = fc.array(
      fc.record({
        action: fc.oneof(
          { weight: 12, arbitrary: fc.constant<Action>('step') },
          {
            weight: 6,
            arbitrary: fc.constantFrom<Action>('color', 'none', 'missing', 'drawn', 'options', 'process'),
          },
          { weight: 1, arbitrary: fc.constantFrom<Action>('fail', 'dispose') },
        ),
        choice: fc.nat(),
      }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.boolean(), actions, async (startsWithNone, plan) => {
        engines = [];
        const background = await create(startsWithNone ? NONE : { type: 'color', color: '0' });
        /** Of the calls, by their numbers: what was asked for, and what came of it. */
        const calls: { asked: WebBackground; state: 'pending' | 'resolved' | 'rejected' }[] = [
          { asked: background.background, state: 'resolved' },
        ];
        let options: object = {};
        /** The number of the last call before a track was processed, by the track's number. */
        const begun: number[] = [];
        const seen = new Set<number>();
        const ask = (asked: WebBackground, given: WebBackground | Promise<WebBackground> = asked) => {
          const call = { asked, state: 'pending' as 'pending' | 'resolved' | 'rejected' };
          calls.push(call);
          background.setBackground(given).then(
            () => {
              call.state = 'resolved';
            },
            () => {
              call.state = 'rejected';
            },
          );
        };
        const check = () => {
          for (const { background: shown, isPlaceholder, options: used, session } of frames()) {
            const numberOf = calls.findLastIndex(
              ({ asked }) => JSON.stringify(asked) === JSON.stringify(shown),
            );
            const completed = calls.findLastIndex(({ state }) => state === 'resolved');
            expect(numberOf, 'no background older than a call that is complete').toBeGreaterThanOrEqual(
              completed,
            );
            if (engines.every(({ isUpToDate }) => isUpToDate)) {
              const last = calls.at(-1)?.asked.type;
              if (shown.type === 'none' && !isPlaceholder) expect(last, 'the camera').toBe('none');
              expect(used).toMatchObject(options);
            }
            if (seen.has(session)) continue;
            seen.add(session);
            const before = calls.slice(numberOf + 1, (begun[session - 1] ?? 0) + 1);
            for (const { state } of before) expect(state, 'the first frame of a track').toBe('rejected');
          }
        };
        let count = 0;
        using _ = background;
        for (const { action, choice } of plan) {
          if (background.state === 'disposed') break;
          switch (action) {
            case 'color':
              ask({ type: 'color', color: `${++count}` });
              break;
            case 'none':
              ask(NONE);
              break;
            case 'missing':
              ask({ type: 'image', source: `https://example.com/missing-${++count}.png` });
              break;
            case 'drawn': {
              const drawn: WebBackground = { type: 'color', color: `${++count}` };
              ask(drawn, new Promise((resolve) => setTimeout(() => resolve(drawn), choice % 100)));
              break;
            }
            case 'options':
              options = { maxFrameRate: 1 + (choice % 100) };
              background.setOptions(options);
              break;
            case 'process':
              begun.push(calls.length - 1);
              background.process(track());
              break;
            case 'fail':
              engines.at(-1)?.fail();
              break;
            case 'dispose':
              background.dispose();
              break;
            case 'step': {
              if (choice % 3 === 0) await vi.advanceTimersByTimeAsync(choice % 1000);
              const engine = engines[choice % engines.length];
              if (engine && engine.steps > 0) engine.take(choice % engine.steps);
              // The next call may come at any await of what this has continued.
              for (let i = 0; i < choice % 12; i++) await Promise.resolve();
              break;
            }
          }
          check();
        }
        await vi.advanceTimersByTimeAsync(10_000);
        await drain();
        check();
        if (background.state === 'disposed') expect(frames()).toEqual([]);
        const last = calls.at(-1);
        const isShown = last?.state === 'resolved' && background.state !== 'disposed';
        if (isShown) for (const frame of frames()) expect(frame.background).toEqual(last.asked);
      }),
      { numRuns: 150 },
    );
  });
});
