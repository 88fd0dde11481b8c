import { serializeError } from '@elsewhere/engine/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromEngine, ToEngine } from '../src/engine/protocol.js';
import { WebError } from '../src/errors.js';
import { VirtualBackground } from '../src/virtual-background.js';

/** Stands in for both workers: the test says when the engine's worker answers. */
class FakeWorker {
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onerror: ((event: { message?: string }) => void) | undefined;
  readonly received: ToEngine[] = [];
  isTerminated = false;

  constructor(url: string) {
    if (url.endsWith('output.js')) {
      queueMicrotask(() => this.onmessage?.({ data: { type: 'ready', canGenerate: false } }));
    } else engines.push(this);
  }

  postMessage(message: ToEngine): void {
    this.received.push(message);
    // What these tests are not about is answered at once.
    if (message.type === 'load') this.answer(message.id);
    if (this.isAnsweringBackgrounds && (message.type === 'background' || message.type === 'show')) {
      this.answer(message.id);
    }
  }

  isAnsweringBackgrounds = true;

  terminate(): void {
    this.isTerminated = true;
  }

  answer(id: number, error?: unknown): void {
    const message: FromEngine = { type: 'answer', id, error: error ? serializeError(error) : undefined };
    queueMicrotask(() => this.onmessage?.({ data: message }));
  }

  /** The last message of a type. */
  last<Type extends ToEngine['type']>(type: Type): Extract<ToEngine, { type: Type }> {
    const found = this.received.findLast((message) => message.type === type);
    if (!found) throw new Error(`No message ${type}`);
    return found as Extract<ToEngine, { type: Type }>;
  }
}

let engines: FakeWorker[];
let background: VirtualBackground;

function engine(): FakeWorker {
  const last = engines.at(-1);
  if (!last) throw new Error('There is no worker.');
  return last;
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

/** How a promise stands: `pending`, `resolved`, or what it was rejected with. */
async function stateOf(promise: Promise<void>): Promise<unknown> {
  let state: unknown = 'pending';
  promise.then(
    () => {
      state = 'resolved';
    },
    (error) => {
      state = error;
    },
  );
  await settle();
  return state;
}

const RED = { type: 'color', color: 'red' } as const;
const BLUE = { type: 'color', color: 'blue' } as const;

beforeEach(async () => {
  engines = [];
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('VideoFrame', class {});
  vi.stubGlobal('MediaStreamTrack', class {});
  vi.stubGlobal('MediaStreamTrackProcessor', class {});
  vi.stubGlobal('MediaStreamTrackGenerator', class {});
  background = await VirtualBackground.create({ assets: 'https://example.com/assets/' });
  engine().isAnsweringBackgrounds = false;
});
afterEach(() => {
  background.dispose();
  vi.unstubAllGlobals();
});

describe('statistics', () => {
  it('before any track say what frames will be processed with', () => {
    const { adaptation, quality } = background.statistics;
    expect(quality).toBe('high');
    expect(adaptation).toMatchObject({ quality: 'high', maxFrameRate: undefined, scale: 1, reason: 'none' });
    expect(adaptation.since).toBeLessThanOrEqual(Date.now());
    background.setOptions({ quality: 'low', maxFrameRate: 15 });
    expect(background.statistics.adaptation).toMatchObject({ quality: 'low', maxFrameRate: 15 });
  });
});

describe('setBackground', () => {
  it('resolves when the worker has answered that the background is shown', async () => {
    const changing = background.setBackground(RED);
    const { id } = engine().last('background');
    expect(await stateOf(changing)).toBe('pending');
    engine().answer(id);
    expect(await stateOf(changing)).toBe('pending');
    const show = engine().last('show');
    expect(show.background).toBe(id);
    expect(background.background, 'from now on').toEqual(RED);
    engine().answer(show.id);
    expect(await stateOf(changing)).toBe('resolved');
  });

  it('rejects with SUPERSEDED at once where a later call replaces it, whose background is shown', async () => {
    const first = background.setBackground(RED);
    const discarded = engine().last('background').id;
    const second = background.setBackground(BLUE);
    expect(await stateOf(first)).toMatchObject({ code: 'SUPERSEDED' });
    expect(engine().last('discard').background).toBe(discarded);
    engine().answer(discarded);
    engine().answer(engine().last('background').id);
    await settle();
    engine().answer(engine().last('show').id);
    expect(await stateOf(second)).toBe('resolved');
    expect(background.background).toEqual(BLUE);
    expect(engine().received.filter(({ type }) => type === 'show')).toHaveLength(2);
  });

  it('that is shown already is not superseded: it resolves with its own frame', async () => {
    const first = background.setBackground(RED);
    engine().answer(engine().last('background').id);
    await settle();
    const show = engine().last('show');
    const second = background.setBackground(BLUE);
    expect(await stateOf(first)).toBe('pending');
    engine().answer(show.id);
    expect(await stateOf(first)).toBe('resolved');
    engine().answer(engine().last('background').id, new WebError('BACKGROUND_UNREADABLE', 'No.'));
    expect(await stateOf(second)).toMatchObject({ code: 'BACKGROUND_UNREADABLE' });
    expect(background.background).toEqual(RED);
  });

  it("rejects with the signal's reason, and the previous background stays", async () => {
    const controller = new AbortController();
    const changing = background.setBackground(RED, { signal: controller.signal });
    const reason = new Error('Enough.');
    controller.abort(reason);
    expect(await stateOf(changing)).toBe(reason);
    expect(background.background).toEqual({ type: 'blur' });
    const already = background.setBackground(RED, { signal: AbortSignal.abort() });
    expect(await stateOf(already)).toMatchObject({ name: 'AbortError' });
  });

  it('rejects with DISPOSED where dispose() comes first, and resolves where the background was shown', async () => {
    const waiting = background.setBackground(RED);
    engine().answer(engine().last('background').id);
    await settle();
    const preparing = background.setBackground(BLUE);
    background.dispose();
    expect(await stateOf(waiting), 'no later frame can show the previous one').toBe('resolved');
    expect(await stateOf(preparing)).toMatchObject({ code: 'DISPOSED' });
  });

  it('rejects where the worker fails while it prepares, and the next worker has the previous background', async () => {
    const changing = background.setBackground(RED);
    engine().onmessage?.({ data: { type: 'failed', error: serializeError(new Error('No.')) } });
    expect(await stateOf(changing)).toMatchObject({ code: 'WORKER_FAILED' });
    await vi.waitFor(() => expect(engines).toHaveLength(2));
    expect(engine().last('background').background).toEqual({ type: 'blur' });
  });

  it('resolves where the worker fails afterwards, and the next worker begins with the background', async () => {
    const changing = background.setBackground(RED);
    engine().answer(engine().last('background').id);
    await settle();
    engine().onmessage?.({ data: { type: 'failed', error: serializeError(new Error('No.')) } });
    expect(await stateOf(changing)).toBe('resolved');
    await vi.waitFor(() => expect(engines).toHaveLength(2));
    expect(engine().last('background').background).toEqual(RED);
  });
});

describe('a signal that is aborted', () => {
  it('rejects create and prewarm with its reason', async () => {
    const signal = AbortSignal.abort('bored');
    await expect(VirtualBackground.create({ signal })).rejects.toBe('bored');
    await expect(VirtualBackground.prewarm({ signal })).rejects.toBe('bored');
    const controller = new AbortController();
    const creating = VirtualBackground.create({
      assets: 'https://example.com/other/',
      signal: controller.signal,
    });
    controller.abort('tired');
    await expect(creating).rejects.toBe('tired');
  });

  it('later, disposes of the object', async () => {
    const controller = new AbortController();
    const created = await VirtualBackground.create({
      assets: 'https://example.com/assets/',
      signal: controller.signal,
    });
    controller.abort();
    expect(created.state).toBe('disposed');
  });
});
