import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToEngine } from '../../../../packages/web/src/engine/protocol.js';
import { SimulatedEngine } from '../../../../packages/web/test/support/engine-worker.js';
import { EngineHost } from '../../src/engine/host.js';
import type { FromWorker, Shape, ToWorker } from '../../src/engine/planes.js';
import { type Choice, DEFAULT_SETTINGS, type Settings } from '../../src/settings.js';

const SITE = 'https://meeting.example';
const SHAPE: Shape = { width: 640, height: 360, colorSpace: {}, rotation: 0, flip: false };

const color = (value: string): Choice => ({ kind: 'color', color: value });
const own = (id: string): Choice => ({ kind: 'own', id });
/** The engine's backgrounds of these. */
const shownColor = (value: string) => ({ type: 'color', color: value });
const shownImage = (id: string) => ({ type: 'image', source: `data:${id}` });

/** What the extension's storage holds. */
let stored: Settings;
let listeners: ((changes: object, area: string) => void)[];
/** Reads wait for this, if it is there. */
let reading: Promise<void> | undefined;
/** Images of the user's wait for this, if it is there. */
let drawing: Promise<void> | undefined;
let engines: FakeWorker[];
let planes: FakeWorker;

/** The worker of an engine, or that of the planes, which does nothing by itself. */
class FakeWorker extends SimulatedEngine {
  readonly posted: (ToEngine | ToWorker)[] = [];

  constructor(url: string) {
    super();
    if (url.endsWith('planes.js')) planes = this;
    else engines.push(this);
  }

  override postMessage(message: ToEngine | ToWorker): void {
    this.posted.push(message);
    if (this !== planes) super.postMessage(message as ToEngine);
  }

  /** Whether it only draws a fallback. */
  get drawsFallback(): boolean {
    const [first] = this.posted;
    return first?.type === 'load' && first.request.onlyPlaceholders;
  }
}

/** Delivers messages as they are, fakes of frames among them. */
class FakeChannel {
  readonly port1: FakePort = new FakePort(() => this.port2);
  readonly port2: FakePort = new FakePort(() => this.port1);
}

class FakePort {
  onmessage: ((event: { data: unknown }) => void) | undefined;
  readonly #other: () => FakePort;

  constructor(other: () => FakePort) {
    this.#other = other;
  }

  postMessage(data: unknown): void {
    queueMicrotask(() => this.#other().onmessage?.({ data }));
  }
}

/** A deferred step of a test. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

beforeEach(() => {
  stored = { ...DEFAULT_SETTINGS, sites: [SITE], background: color('red') };
  listeners = [];
  engines = [];
  reading = undefined;
  drawing = undefined;
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('MessageChannel', FakeChannel);
  vi.stubGlobal('VideoFrame', class {});
  vi.stubGlobal('fetch', async (url: string) => ({ blob: async () => url }));
  vi.stubGlobal('chrome', {
    runtime: { getURL: (path: string) => `https://extension.example/${path}` },
    storage: {
      local: {
        async get(names: string | readonly string[]) {
          if (typeof names === 'string') {
            await drawing;
            return { [names]: { name: names, url: `data:${names.slice('image:'.length)}`, added: 0 } };
          }
          const read = { ...stored };
          await reading;
          return read;
        },
      },
      onChanged: { addListener: (listener: (typeof listeners)[number]) => listeners.push(listener) },
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Changes settings as the popup does. */
function change(changes: Partial<Settings>): void {
  stored = { ...stored, ...changes };
  for (const listener of listeners) listener(changes, 'local');
}

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}

/** Lets the engines do all that they can, in their order. */
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

async function open(): Promise<EngineHost> {
  const opening = EngineHost.open(SITE);
  await settle();
  return opening;
}

function connect(host: EngineHost): void {
  host.connect(new MessageChannel().port1);
}

/** The planes' worker says something. */
function say(message: FromWorker): void {
  planes.onmessage?.({ data: message as never });
}

/** The first frame of each feed that begins with its fallback comes out. */
async function flow(): Promise<void> {
  await drain();
  for (const message of planes.posted.splice(0)) {
    if (message.type === 'connect' && message.isPaused)
      say({ type: 'started', id: message.id, shape: SHAPE });
  }
  await drain();
}

/** What the engines of calls would show next. */
const frames = () => engines.filter(({ drawsFallback }) => !drawsFallback).flatMap((engine) => engine.frames);

describe('the engine of a page', () => {
  it('shows a background that is chosen, also where the quality is changed right after it', async () => {
    const host = await open();
    connect(host);
    await flow();
    change({ background: own('beach') });
    change({ quality: 'low' });
    await flow();
    expect(frames()).toMatchObject([
      { background: shownImage('beach'), isPlaceholder: false, options: { quality: 'low' } },
    ]);
  });

  it('shows a background that is chosen while it starts, and begins with it', async () => {
    const host = await open();
    connect(host);
    await settle();
    change({ background: color('blue') });
    const seen = new Set<string>();
    for (let taken = true; taken; ) {
      await settle();
      taken = false;
      const [engine] = engines;
      if (engine && engine.steps > 0) {
        engine.take(0);
        taken = true;
      }
      for (const { background } of frames()) seen.add(JSON.stringify(background));
    }
    expect([...seen]).toEqual([JSON.stringify(shownColor('blue'))]);
  });

  it('hears of changes from before the settings are read', async () => {
    const { opened, open: openGate } = gate();
    reading = opened;
    const opening = EngineHost.open(SITE);
    await settle();
    reading = undefined;
    change({ background: color('blue') });
    await settle();
    openGate();
    connect(await opening);
    await flow();
    expect(frames()).toMatchObject([{ background: shownColor('blue') }]);
  });

  it('hides the camera from when its site is turned on, not from when the background is drawn', async () => {
    stored = { ...stored, sites: [] };
    const host = await open();
    connect(host);
    await flow();
    expect(frames()).toMatchObject([{ background: { type: 'none' }, isPlaceholder: false }]);
    const { opened, open: openGate } = gate();
    drawing = opened;
    change({ sites: [SITE], background: own('beach') });
    await drain();
    expect(frames()).toMatchObject([{ background: { type: 'none' }, isPlaceholder: true }]);
    openGate();
    await drain();
    expect(frames()).toMatchObject([{ background: shownImage('beach'), isPlaceholder: false }]);
  });

  it('keeps the background before where an image cannot be read', async () => {
    const host = await open();
    connect(host);
    await flow();
    change({ background: own('missing') });
    await drain();
    expect(frames()).toMatchObject([{ background: shownColor('red'), isPlaceholder: false }]);
  });

  it('shows a background that was being prepared when its worker failed', async () => {
    const host = await open();
    connect(host);
    await flow();
    change({ background: color('blue') });
    await settle();
    engines[0]?.fail();
    await vi.advanceTimersByTimeAsync(5000);
    await flow();
    expect(frames()).toMatchObject([{ background: shownColor('blue'), isPlaceholder: false }]);
  });

  it('has one worker, also where a camera is opened before a failed one is replaced', async () => {
    const host = await open();
    connect(host);
    await flow();
    for (let failures = 0; failures < 2; failures++) {
      engines.findLast(({ drawsFallback }) => !drawsFallback)?.fail();
      connect(host);
      await flow();
      await vi.advanceTimersByTimeAsync(5000);
      await flow();
    }
    expect(frames().map(({ session }) => session)).toEqual([1, 2, 3]);
  });

  it('sends the fallback of the latest background only', async () => {
    const host = await open();
    connect(host);
    await flow();
    change({ background: color('blue') });
    await drain();
    change({ background: color('green') });
    await drain();
    const drawn = engines.filter(({ drawsFallback }) => drawsFallback);
    expect(drawn).toHaveLength(2);
    // The engine of the older one is the slower one.
    for (const engine of drawn.reverse()) {
      const started = engine.posted.find((message) => message.type === 'start');
      if (started?.type === 'start') started.output.postMessage(engine.frames[0]);
      await settle();
    }
    const fallbacks = planes.posted.filter((message) => message.type === 'fallback');
    expect(fallbacks).toMatchObject([{ id: 1, frame: { background: shownColor('green') } }]);
  });
});

/** What a test does between two steps of the simulated workers. */
type Action = 'color' | 'own' | 'site' | 'hidden' | 'quality' | 'connect' | 'end' | 'fail' | 'flow' | 'step';

it('in any order of changes and answers, it comes to what is set, and shows no camera where it is on', async () => {
  const actions = fc.array(
    fc.record({
      action: fc.oneof(
        { weight: 10, arbitrary: fc.constantFrom<Action>('step', 'flow') },
        {
          weight: 6,
          arbitrary: fc.constantFrom<Action>('color', 'own', 'site', 'hidden', 'quality', 'connect', 'end'),
        },
        { weight: 1, arbitrary: fc.constant<Action>('fail') },
      ),
      choice: fc.nat(),
    }),
    { maxLength: 50 },
  );
  await fc.assert(
    fc.asyncProperty(fc.boolean(), actions, async (startsOn, plan) => {
      vi.clearAllTimers();
      engines = [];
      listeners = [];
      stored = { ...DEFAULT_SETTINGS, sites: startsOn ? [SITE] : [], background: color('0') };
      const host = await open();
      let [count, connected, failures] = [0, 0, 0];
      const ended = new Set<number>();
      const check = async () => {
        await settle();
        if (engines.some(({ isUpToDate }) => !isUpToDate)) return;
        const isOn = stored.sites.length > 0;
        for (const { background, isPlaceholder } of frames()) {
          if (isOn && !isPlaceholder) expect(background.type, 'the camera').not.toBe('none');
          if (isOn && stored.hidden) expect(isPlaceholder, 'hidden').toBe(true);
        }
      };
      for (const { action, choice } of plan) {
        switch (action) {
          case 'color':
            change({ background: color(`${++count}`) });
            break;
          case 'own':
            change({ background: own(`${++count}`) });
            break;
          case 'site':
            change({ sites: stored.sites.length > 0 ? [] : [SITE] });
            break;
          case 'hidden':
            change({ hidden: !stored.hidden });
            break;
          case 'quality':
            change({ quality: choice % 2 ? 'low' : 'high' });
            break;
          case 'connect':
            connect(host);
            connected++;
            break;
          case 'end': {
            const id = 1 + (choice % Math.max(1, connected));
            if (id > connected || ended.has(id)) break;
            ended.add(id);
            say({ type: 'ended', id });
            break;
          }
          case 'fail':
            // A fourth failure would be final.
            if (++failures < 4) engines.findLast(({ drawsFallback }) => !drawsFallback)?.fail();
            break;
          case 'flow':
            await flow();
            break;
          case 'step': {
            const engine = engines[choice % Math.max(1, engines.length)];
            if (engine && engine.steps > 0) engine.take(choice % engine.steps);
            for (let i = 0; i < choice % 12; i++) await Promise.resolve();
            break;
          }
        }
        await check();
      }
      for (let i = 0; i < 3; i++) {
        await vi.advanceTimersByTimeAsync(3000);
        await flow();
      }
      await check();
      const isOn = stored.sites.length > 0;
      const { background } = stored;
      const expected = !isOn
        ? { type: 'none' }
        : background.kind === 'color'
          ? shownColor(background.color)
          : background.kind === 'own' && shownImage(background.id);
      const shown = frames();
      expect(shown).toHaveLength(connected - ended.size);
      for (const frame of shown) {
        expect(frame).toMatchObject({
          background: expected,
          isPlaceholder: isOn && stored.hidden,
          options: { quality: stored.quality },
        });
      }
    }),
    { numRuns: 150 },
  );
});
